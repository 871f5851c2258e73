// A group as one blob (docs/mls.md, "Stored state"), and back. What is loaded was saved by us, but a damaged
// blob must not become a group that stops the process later: whatever is assumed elsewhere is checked here.
#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

constexpr std::uint16_t state_version = 1;

Result<SecretBytes> secret(Decoder& in) {
    return SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
}

void encode_options(Encoder& out, const GroupOptions& options) {
    out.u32(options.past_epochs_max).u32(options.resumption_keys_max);
    out.u32(options.ratchets.forward_distance_max).u32(options.ratchets.out_of_order_max);
    out.u8(options.application_waits_for_commit ? 1 : 0);
}

Result<GroupOptions> decode_options(Decoder& in) {
    GroupOptions options;
    options.past_epochs_max = LIAISE_TRY(in.u32());
    options.resumption_keys_max = LIAISE_TRY(in.u32());
    options.ratchets.forward_distance_max = LIAISE_TRY(in.u32());
    options.ratchets.out_of_order_max = LIAISE_TRY(in.u32());
    options.application_waits_for_commit = LIAISE_TRY(in.presence());
    return options;
}

void encode_reinit(Encoder& out, const ReInit* reinit) {
    out.u8(reinit ? 1 : 0);
    if (reinit) out.value(*reinit);
}

Result<std::shared_ptr<const ReInit>> decode_reinit(Decoder& in) {
    std::shared_ptr<const ReInit> reinit;
    if (LIAISE_TRY(in.presence())) reinit = std::make_shared<const ReInit>(LIAISE_TRY(ReInit::decode(in)));
    return reinit;
}

void encode_signer(Encoder& out, const SharedSigner& signer) {
    out.opaque(signer ? signer->private_key().view() : BytesView());
}

Result<SharedSigner> decode_signer(Decoder& in, const CipherSuite& suite) {
    const SecretBytes key = LIAISE_TRY(secret(in));
    if (key.empty()) return SharedSigner();
    return suite.signer_of(key);
}

// By index, null where blank.
std::vector<SharedLeaf> leaves_of(const RatchetTree& tree) {
    std::vector<SharedLeaf> leaves(tree.size().leaves);
    tree.for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) { leaves[index.value] = leaf; });
    return leaves;
}

// Every secret of an epoch that outlives its beginning.
template <class Secrets, class Visit>
void each_secret(Secrets& secrets, Visit&& visit) {
    visit(secrets.sender_data_secret);
    visit(secrets.exporter_secret);
    visit(secrets.external_secret);
    visit(secrets.confirmation_key);
    visit(secrets.membership_key);
    visit(secrets.resumption_psk);
    visit(secrets.epoch_authenticator);
    visit(secrets.init_secret);
}

}  // namespace

void Group::encode_epoch(Encoder& out, const Epoch& epoch) {
    out.value(epoch.context).value(epoch.tree).value(epoch.keys);
    each_secret(epoch.secrets, [&](const SecretBytes& item) { out.opaque(item.view()); });
    out.opaque(epoch.confirmation_tag).opaque(epoch.interim_transcript_hash);
}

Result<std::shared_ptr<const Group::Epoch>> Group::decode_epoch(Decoder& in) {
    auto epoch = std::make_shared<Epoch>();
    epoch->context = LIAISE_TRY(GroupContext::decode(in));
    epoch->suite = LIAISE_TRY(find_suite(epoch->context.cipher_suite));
    epoch->context_bytes = encoded(epoch->context);
    epoch->tree = LIAISE_TRY(RatchetTree::decode(in));
    epoch->keys = LIAISE_TRY(TreePrivateKeys::decode(in));
    Result<void> read;
    each_secret(epoch->secrets, [&](SecretBytes& item) {
        if (!read) return;
        auto value = secret(in);
        if (value && value->size() == epoch->suite->hash_bytes()) {
            item = std::move(*value);
        } else {
            read = broken(Rule::state_malformed, in.position());
        }
    });
    LIAISE_TRY(read);
    epoch->confirmation_tag = LIAISE_TRY(in.opaque_copy());
    epoch->interim_transcript_hash = LIAISE_TRY(in.opaque_copy());
    // The tree is one that a joiner would have taken, but for the signatures, which were checked then.
    LIAISE_TRY(check_unmerged_leaves(epoch->tree));
    const bool fits = epoch->suite->has_aead() && epoch->tree.leaf(epoch->keys.self()) != nullptr &&
                      same_bytes(epoch->tree.tree_hash(*epoch->suite).view(), epoch->context.tree_hash);
    if (!fits) return broken(Rule::state_malformed, in.position());
    return std::shared_ptr<const Epoch>(std::move(epoch));
}

// The leaves of a past epoch are mostly those of this one: a leaf is a tag (0 blank, 1 as in `current`,
// 2 written out).
void Group::encode_past(Encoder& out, const Past& past, const RatchetTree& current) {
    const PastEpoch& epoch = *past.epoch;
    out.u64(epoch.epoch).opaque(epoch.context_bytes).u32(epoch.self.value);
    out.opaque(epoch.sender_data_secret.view()).value(past.secret_tree);
    const std::vector<SharedLeaf> leaves = epoch.leaves.empty() ? leaves_of(epoch.tree) : epoch.leaves;
    const std::vector<SharedLeaf> now = leaves_of(current);
    out.u32(static_cast<std::uint32_t>(leaves.size()));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const bool same = leaves[i] && i < now.size() && now[i] && *now[i] == *leaves[i];
        out.u8(!leaves[i] ? 0 : same ? 1 : 2);
        if (leaves[i] && !same) out.value(*leaves[i]);
    }
}

Result<Group::Past> Group::decode_past(Decoder& in, const RatchetTree& current) {
    auto epoch = std::make_shared<PastEpoch>();
    Past past;
    epoch->epoch = LIAISE_TRY(in.u64());
    epoch->context_bytes = LIAISE_TRY(in.opaque_copy());
    epoch->self.value = LIAISE_TRY(in.u32());
    epoch->sender_data_secret = LIAISE_TRY(secret(in));
    past.secret_tree = LIAISE_TRY(SecretTree::decode(in));
    const std::uint32_t count = LIAISE_TRY(in.u32());
    if (count == 0 || count > limits::mls_leaves_max) return broken(Rule::state_malformed, in.position());
    std::vector<SharedLeaf>& leaves = epoch->leaves;
    leaves.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint8_t tag = LIAISE_TRY(in.u8());
        if (tag > 2) return broken(Rule::state_malformed, in.position());
        if (tag == 1) leaves[i] = current.shared_leaf({i});
        if (tag == 2) leaves[i] = std::make_shared<const LeafNode>(LIAISE_TRY(LeafNode::decode(in)));
    }
    past.epoch = std::move(epoch);
    return past;
}

void Group::encode_waiting(Encoder& out, const WaitingProposal& waiting) {
    out.opaque(waiting.reference.hash).value(waiting.proposal).value(waiting.sender);
    out.opaque(waiting.update_private.view());
    encode_signer(out, waiting.update_signer);
}

Result<std::shared_ptr<const Group::WaitingProposal>> Group::decode_waiting(Decoder& in,
                                                                            const CipherSuite& suite) {
    auto waiting = std::make_shared<WaitingProposal>();
    waiting->reference.hash = LIAISE_TRY(in.opaque_copy());
    waiting->proposal = LIAISE_TRY(Proposal::decode(in));
    waiting->sender = LIAISE_TRY(Sender::decode(in));
    waiting->update_private = LIAISE_TRY(secret(in));
    waiting->update_signer = LIAISE_TRY(decode_signer(in, suite));
    if (waiting->update_private.empty() != (waiting->update_signer == nullptr))
        return broken(Rule::state_malformed, in.position());
    return std::shared_ptr<const WaitingProposal>(std::move(waiting));
}

SecretBytes Group::save() const {
    Encoder out = Encoder::for_secrets();
    out.u16(state_version);
    encode_options(out, options_);
    out.u8(static_cast<std::uint8_t>(standing_));
    encode_reinit(out, reinit_.get());
    encode_epoch(out, *epoch_);
    encode_signer(out, signer_);
    out.value(secret_tree_);
    out.u32(static_cast<std::uint32_t>(past_.size()));
    for (const Past& past : past_) encode_past(out, past, tree());
    out.u32(static_cast<std::uint32_t>(resumption_keys_->size()));
    for (const ResumptionKey& key : *resumption_keys_) out.u64(key.epoch).opaque(key.psk.view());
    out.u32(static_cast<std::uint32_t>(waiting_.size()));
    for (const auto& waiting : waiting_) encode_waiting(out, *waiting);
    out.u8(pending_ ? 1 : 0);
    if (pending_) {
        out.opaque(pending_->commit);
        encode_epoch(out, *pending_->epoch);
        out.value(pending_->epoch->secret_tree);
        encode_signer(out, pending_->signer);
        encode_reinit(out, pending_->reinit.get());
    }
    return std::move(out).take_secret();
}

Result<void> Group::decode_pending(Decoder& in) {
    if (!LIAISE_TRY(in.presence())) return {};
    auto pending = std::make_shared<PendingCommit>();
    pending->commit = LIAISE_TRY(in.opaque_copy());
    auto epoch = std::make_shared<Epoch>(*LIAISE_TRY(decode_epoch(in)));
    epoch->secret_tree = LIAISE_TRY(SecretTree::decode(in));
    pending->epoch = std::move(epoch);
    pending->signer = LIAISE_TRY(decode_signer(in, suite()));
    if (!pending->signer) return broken(Rule::state_malformed, in.position());
    pending->reinit = LIAISE_TRY(decode_reinit(in));
    pending_ = std::move(pending);
    return {};
}

Result<Group> Group::load(BytesView state) {
    Decoder in(state);
    const std::uint16_t version = LIAISE_TRY(in.u16());
    if (version != state_version) return broken(Rule::state_version, version);
    Group group;
    group.options_ = LIAISE_TRY(decode_options(in));
    const std::uint8_t standing = LIAISE_TRY(in.u8());
    if (standing > static_cast<std::uint8_t>(Standing::removed))
        return broken(Rule::state_malformed, in.position());
    group.standing_ = static_cast<Standing>(standing);
    group.reinit_ = LIAISE_TRY(decode_reinit(in));
    if (group.standing_ == Standing::closed && !group.reinit_)
        return broken(Rule::state_malformed, in.position());
    group.epoch_ = LIAISE_TRY(decode_epoch(in));
    group.signer_ = LIAISE_TRY(decode_signer(in, group.suite()));
    if (!group.signer_) return broken(Rule::state_malformed, in.position());
    group.secret_tree_ = LIAISE_TRY(SecretTree::decode(in));
    const std::uint32_t pasts = LIAISE_TRY(in.u32());
    for (std::uint32_t i = 0; i < pasts; ++i)
        group.past_.push_back(LIAISE_TRY(decode_past(in, group.tree())));
    const std::uint32_t keys = LIAISE_TRY(in.u32());
    auto resumption_keys = std::make_shared<std::vector<ResumptionKey>>();
    for (std::uint32_t i = 0; i < keys; ++i) {
        const std::uint64_t epoch = LIAISE_TRY(in.u64());
        resumption_keys->push_back({epoch, LIAISE_TRY(secret(in))});
    }
    group.resumption_keys_ = std::move(resumption_keys);
    const std::uint32_t waiting = LIAISE_TRY(in.u32());
    for (std::uint32_t i = 0; i < waiting; ++i)
        group.waiting_.push_back(LIAISE_TRY(decode_waiting(in, group.suite())));
    LIAISE_TRY(group.decode_pending(in));
    LIAISE_TRY(in.end());
    return group;
}

}  // namespace liaise::mls
