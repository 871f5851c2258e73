#include "node/transport/transport.h"

namespace liaise::node::transport {

const char* name_of(Lane lane) {
    switch (lane) {
        case Lane::member:
            return "member";
        case Lane::guest:
            return "guest";
    }
    return "unknown";
}

const char* name_of(LinkEnd end) {
    switch (end) {
        case LinkEnd::closed_by_us:
            return "closed_by_us";
        case LinkEnd::peer_gone:
            return "peer_gone";
        case LinkEnd::rule_broken:
            return "rule_broken";
    }
    return "unknown";
}

const char* name_of(DialFailure failure) {
    switch (failure) {
        case DialFailure::unreachable:
            return "unreachable";
        case DialFailure::refused:
            return "refused";
        case DialFailure::handshake_failed:
            return "handshake_failed";
    }
    return "unknown";
}

}  // namespace liaise::node::transport
