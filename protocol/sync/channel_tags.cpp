#include "protocol/sync/channel_tags.h"

#include <bit>

namespace liaise::sync {
namespace {

constexpr std::string_view tag_domain{"liaise/1 channel-tag\0", 21};
constexpr std::size_t tags_min = 8;

// Close enough to even: the order hides nothing by itself, since handles are not secret.
std::size_t draw_below(RandomSource& random, std::size_t limit) {
    std::uint64_t number = 0;
    std::array<std::uint8_t, sizeof number> bytes{};
    random.fill(bytes);
    std::memcpy(&number, bytes.data(), sizeof number);
    return static_cast<std::size_t>(number % limit);
}

}  // namespace

Tag channel_tag(const crypto::Key& tag_key, const Transcript& transcript, Role offering) {
    const std::uint8_t role = static_cast<std::uint8_t>(offering);
    const Hash hash =
        crypto::keyed_blake2b(tag_key, {bytes_of(tag_domain), transcript.view(), BytesView(&role, 1)});
    return Tag::from(hash.view().first(Tag::size_bytes)).value();
}

PaddedOffer pad_offer(const std::vector<OfferedChannel>& channels, const Transcript& transcript,
                      Role offering, RandomSource& random) {
    LIAISE_CHECK(channels.size() <= limits::offer_tags_max);
    PaddedOffer offer;
    for (const OfferedChannel& channel : channels) {
        offer.tags.push_back(channel_tag(channel.tag_key, transcript, offering));
        offer.channels.emplace_back(channel.channel);
    }
    const std::size_t padded = std::max(tags_min, std::bit_ceil(channels.size()));
    while (offer.tags.size() < padded) {
        offer.tags.push_back(random.draw<Tag>());
        offer.channels.emplace_back(std::nullopt);
    }
    for (std::size_t i = offer.tags.size(); i > 1; --i) {
        const std::size_t other = draw_below(random, i);
        std::swap(offer.tags[i - 1], offer.tags[other]);
        std::swap(offer.channels[i - 1], offer.channels[other]);
    }
    return offer;
}

}  // namespace liaise::sync
