#include "protocol/mls/proposal.h"

namespace liaise::mls {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace

void PreSharedKeyID::encode(Encoder& out) const {
    out.u8(static_cast<std::uint8_t>(psktype));
    if (psktype == PSKType::external) {
        out.opaque(psk_id);
    } else {
        out.u8(static_cast<std::uint8_t>(usage)).opaque(psk_group_id).u64(psk_epoch);
    }
    out.opaque(psk_nonce);
}

Result<PreSharedKeyID> PreSharedKeyID::decode(Decoder& in) {
    PreSharedKeyID id;
    const std::size_t start = in.position();
    const std::uint8_t type = LIAISE_TRY(in.u8());
    if (type < 1 || type > 2) return broken(Rule::psk_type_unknown, start);
    id.psktype = static_cast<PSKType>(type);
    if (id.psktype == PSKType::external) {
        id.psk_id = LIAISE_TRY(in.opaque_copy());
    } else {
        const std::uint8_t usage = LIAISE_TRY(in.u8());
        if (usage < 1 || usage > 3) return broken(Rule::psk_usage_unknown, start);
        id.usage = static_cast<ResumptionPSKUsage>(usage);
        id.psk_group_id = LIAISE_TRY(in.opaque_copy());
        id.psk_epoch = LIAISE_TRY(in.u64());
    }
    id.psk_nonce = LIAISE_TRY(in.opaque_copy());
    return id;
}

void ReInit::encode(Encoder& out) const {
    out.opaque(group_id).u16(version).u16(cipher_suite).value(extensions);
}

Result<ReInit> ReInit::decode(Decoder& in) {
    ReInit value;
    value.group_id = LIAISE_TRY(in.opaque_copy());
    value.version = LIAISE_TRY(in.u16());
    value.cipher_suite = LIAISE_TRY(in.u16());
    value.extensions = LIAISE_TRY(ExtensionList::decode(in));
    return value;
}

bool Proposal::requires_path() const {
    const ProposalType kind = type();
    return kind == proposal_type::update || kind == proposal_type::remove ||
           kind == proposal_type::external_init || kind == proposal_type::group_context_extensions;
}

void Proposal::encode(Encoder& out) const {
    out.u16(type());
    std::visit(Overloaded{
                   [&](const Add& add) { out.value(add.key_package); },
                   [&](const Update& update) { out.value(update.leaf_node); },
                   [&](const Remove& remove) { out.u32(remove.removed.value); },
                   [&](const PreSharedKey& psk) { out.value(psk.psk); },
                   [&](const ReInit& reinit) { out.value(reinit); },
                   [&](const ExternalInit& init) { out.opaque(init.kem_output); },
                   [&](const GroupContextExtensions& change) { out.value(change.extensions); },
               },
               content);
}

Result<Proposal> Proposal::decode(Decoder& in) {
    switch (const ProposalType type = LIAISE_TRY(in.u16())) {
        case proposal_type::add:
            return Proposal{Add{LIAISE_TRY(KeyPackage::decode(in))}};
        case proposal_type::update:
            return Proposal{Update{LIAISE_TRY(LeafNode::decode(in))}};
        case proposal_type::remove:
            return Proposal{Remove{{LIAISE_TRY(in.u32())}}};
        case proposal_type::psk:
            return Proposal{PreSharedKey{LIAISE_TRY(PreSharedKeyID::decode(in))}};
        case proposal_type::reinit:
            return Proposal{LIAISE_TRY(ReInit::decode(in))};
        case proposal_type::external_init:
            return Proposal{ExternalInit{LIAISE_TRY(in.opaque_copy())}};
        case proposal_type::group_context_extensions:
            return Proposal{GroupContextExtensions{LIAISE_TRY(ExtensionList::decode(in))}};
        default:
            return broken(Rule::proposal_type_unknown, type);
    }
}

}  // namespace liaise::mls
