// What a signature is for. Every signature of ours is over "liaise/1 " + purpose + 0x00 + bytes: one purpose,
// one kind of thing, never used for another (attack class 1: bytes signed as one thing, offered as another).
#pragma once

#include <array>
#include <string_view>

namespace liaise::crypto {

enum class Purpose {
    charter,
    charter_amendment,
    accreditation,
    device_certificate,
    revocation,
    join_request,
    join_reply,
    entry,
    writer_binding,
    leaf_binding,
    invitation,
    channel_request,
    log_head,
    hello,
    device_request,
    device_reply,
    alias_device,
};

constexpr std::string_view text_of(Purpose purpose) {
    switch (purpose) {
        case Purpose::charter:
            return "charter";
        case Purpose::charter_amendment:
            return "charter-amendment";
        case Purpose::accreditation:
            return "accreditation";
        case Purpose::device_certificate:
            return "device-certificate";
        case Purpose::revocation:
            return "revocation";
        case Purpose::join_request:
            return "join-request";
        case Purpose::join_reply:
            return "join-reply";
        case Purpose::entry:
            return "entry";
        case Purpose::writer_binding:
            return "writer-binding";
        case Purpose::leaf_binding:
            return "leaf-binding";
        case Purpose::invitation:
            return "invitation";
        case Purpose::channel_request:
            return "channel-request";
        case Purpose::log_head:
            return "log-head";
        case Purpose::hello:
            return "hello";
        case Purpose::device_request:
            return "device-request";
        case Purpose::device_reply:
            return "device-reply";
        case Purpose::alias_device:
            return "alias-device";
    }
    return "";
}

inline constexpr std::array all_purposes{
    Purpose::charter,        Purpose::charter_amendment,
    Purpose::accreditation,  Purpose::device_certificate,
    Purpose::revocation,     Purpose::join_request,
    Purpose::join_reply,     Purpose::entry,
    Purpose::writer_binding, Purpose::leaf_binding,
    Purpose::invitation,     Purpose::channel_request,
    Purpose::log_head,       Purpose::hello,
    Purpose::device_request, Purpose::device_reply,
    Purpose::alias_device,
};

}  // namespace liaise::crypto
