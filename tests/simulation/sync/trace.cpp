// What passed between two nodes, a line a frame: for whoever has to find out why a world failed.
#include <cstdio>

#include "tests/simulation/sync/world.h"

namespace liaise::simulation {
namespace {

std::string brief(const WriterKey& writer) {
    return writer.text().substr(0, 4);
}

std::string describe(const Bytes& bytes) {
    const auto frame = sync::parse_frame(bytes);
    if (!frame) return std::string("garbage: ") + frame.error().phrase;
    if (const auto* heads = std::get_if<sync::HeadsFrame>(&*frame)) {
        std::string text = "heads of channel " + std::to_string(heads->handle) + (heads->ask ? ", ask" : "") +
                           (heads->frontier ? ", frontier" : "") + (heads->lazy ? ", lazy" : "") + ":";
        for (const log::LogState& log : heads->logs)
            text += " " + brief(log.writer) + " " + std::to_string(log.head.sequence) +
                    (log.forked_at != 0 ? " (forked at " + std::to_string(log.forked_at) + ")" : "");
        return text;
    }
    if (const auto* run = std::get_if<sync::RunFrame>(&*frame)) {
        const auto view = log::parse_run(run->run);
        if (!view) return "run, malformed";
        return "run of channel " + std::to_string(run->handle) + ": " + brief(view->writer) + " " +
               std::to_string(view->first) + " to " + std::to_string(view->last());
    }
    if (const auto* trail = std::get_if<sync::TrailFrame>(&*frame)) {
        std::string text = "trail of " + brief(trail->writer) + ":";
        for (const log::LogHead& point : trail->points) text += " " + std::to_string(point.sequence);
        return text;
    }
    if (const auto* claim = std::get_if<sync::ClaimFrame>(&*frame))
        return "claim: " + brief(claim->entry.header.writer) + " " +
               std::to_string(claim->entry.header.sequence);
    return "frame of type " + std::to_string(bytes[0]) + ", " + std::to_string(bytes.size()) + " bytes";
}

}  // namespace

void World::trace(std::size_t one, std::size_t other) {
    network_.on_frame = [this, one, other](std::size_t from, std::size_t to, const Bytes& frame) {
        if ((from != one || to != other) && (from != other || to != one)) return;
        std::printf("%10lld ms  %zu to %zu  %s\n", static_cast<long long>((network_.now - began_).count()),
                    from, to, describe(frame).c_str());
    };
}

}  // namespace liaise::simulation
