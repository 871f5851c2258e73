#include "node/daemon/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace liaise::node::daemon {
namespace {

spdlog::level::level_enum level_of(service::Level level) {
    switch (level) {
        case service::Level::debug:
            return spdlog::level::debug;
        case service::Level::info:
            return spdlog::level::info;
        case service::Level::warning:
            return spdlog::level::warn;
        case service::Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

class SpdLog final : public service::EventLog {
  public:
    explicit SpdLog(service::Level least)
        : logger_("liaised", std::make_shared<spdlog::sinks::stderr_sink_st>()) {
        logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        logger_.set_level(level_of(least));
        logger_.flush_on(spdlog::level::debug);
    }

    void event(service::Level level, std::string_view name, std::initializer_list<Field> fields) override {
        if (!logger_.should_log(level_of(level))) return;
        std::string line(name);
        for (const auto& [key, value] : fields) line.append(" ").append(key).append("=").append(value);
        logger_.log(level_of(level), "{}", line);
    }

  private:
    spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<service::EventLog> open_log(service::Level least) {
    return std::make_unique<SpdLog>(least);
}

}  // namespace liaise::node::daemon
