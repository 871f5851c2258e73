#include "protocol/mls/group.h"

#include <algorithm>

#include "protocol/mls/group_state.h"

namespace liaise::mls {

Group::Group() = default;
Group::Group(const Group&) = default;
Group::Group(Group&&) noexcept = default;
Group& Group::operator=(const Group&) = default;
Group& Group::operator=(Group&&) noexcept = default;
Group::~Group() = default;

const CipherSuite& Group::suite() const {
    return *epoch_->suite;
}
const GroupContext& Group::context() const {
    return epoch_->context;
}
const RatchetTree& Group::tree() const {
    return epoch_->tree;
}
LeafIndex Group::self() const {
    return epoch_->keys.self();
}
const SecretBytes& Group::epoch_authenticator() const {
    return epoch_->secrets.epoch_authenticator;
}

SecretBytes Group::export_secret(std::string_view label, BytesView context, std::size_t bytes) const {
    return mls::export_secret(suite(), epoch_->secrets.exporter_secret, label, context, bytes);
}

std::optional<SecretBytes> Group::resumption_psk(std::uint64_t epoch) const {
    if (epoch == this->epoch()) return epoch_->secrets.resumption_psk;
    for (const ResumptionKey& key : *resumption_keys_)
        if (key.epoch == epoch) return key.psk;
    return std::nullopt;
}

Bytes Group::ratchet_tree() const {
    return encoded(tree());
}

Bytes Group::group_info(bool with_tree, ExtensionList extensions) const {
    GroupInfo info;
    info.group_context = context();
    info.extensions = std::move(extensions);
    const HpkeKeyPair external = suite().derive_key_pair(epoch_->secrets.external_secret.view());
    info.extensions.set(extension_type::external_pub, encode_external_pub(external.public_key));
    if (with_tree) info.extensions.set(extension_type::ratchet_tree, ratchet_tree());
    info.confirmation_tag = epoch_->confirmation_tag;
    info.signer = self();
    info.sign(suite(), *signer_);
    return encoded_message(std::move(info));
}

Result<std::shared_ptr<const Group::Epoch>> Group::make_epoch(NewEpoch parts) {
    const CipherSuite& suite = parts.suite;
    auto epoch = std::make_shared<Epoch>();
    epoch->suite = &suite;
    const Digest tag = suite.mac(parts.secrets.confirmation_key.view(),
                                 {BytesView(parts.context.confirmed_transcript_hash)});
    if (parts.confirmation_tag && !crypto::equal(tag.view(), *parts.confirmation_tag))
        return broken(Rule::confirmation_tag, parts.context.epoch);
    epoch->confirmation_tag = to_bytes(tag.view());
    epoch->interim_transcript_hash =
        to_bytes(interim_transcript_hash(suite, parts.context.confirmed_transcript_hash, tag.view()).view());
    epoch->context_bytes = encoded(parts.context);
    epoch->context = std::move(parts.context);
    epoch->tree = std::move(parts.tree);
    epoch->tree.tree_hash(suite);
    epoch->keys = std::move(parts.keys);
    epoch->secrets = std::move(parts.secrets);
    epoch->secret_tree = SecretTree(std::exchange(epoch->secrets.encryption_secret, {}), epoch->tree.size());
    return std::shared_ptr<const Epoch>(std::move(epoch));
}

Result<Group::Stepped> Group::step(Step step, const AuthenticatedContent& commit,
                                   std::optional<BytesView> confirmation_tag) {
    const CipherSuite& suite = step.suite;
    step.context.confirmed_transcript_hash =
        to_bytes(confirmed_transcript_hash(suite, step.interim_transcript_hash, commit).view());
    const Bytes context_bytes = encoded(step.context);
    Stepped out;
    out.joiner_secret = mls::joiner_secret(suite, step.init_secret, step.commit_secret, context_bytes);
    out.member = MemberSecret::from(suite, out.joiner_secret, psk_secret(suite, step.psks));
    EpochSecrets secrets = out.member.epoch_secrets(suite, context_bytes);
    out.epoch = LIAISE_TRY(make_epoch({suite, std::move(step.context), std::move(step.tree),
                                       std::move(step.keys), std::move(secrets), confirmation_tag}));
    return out;
}

Group Group::beginning(std::shared_ptr<const Epoch> epoch, SharedSigner signer, const GroupOptions& options) {
    Group group;
    group.secret_tree_ = epoch->secret_tree;
    group.epoch_ = std::move(epoch);
    group.resumption_keys_ = std::make_shared<const std::vector<ResumptionKey>>();
    group.signer_ = std::move(signer);
    group.options_ = options;
    return group;
}

Group Group::without_secret_tree() const {
    auto bare = std::make_shared<Epoch>(*epoch_);
    bare->secret_tree = {};
    Group next = *this;
    next.epoch_ = std::move(bare);
    next.secret_tree_ = {};
    return next;
}

// This group in its next epoch: what is left of the old one goes to the past, wishes of the old one are gone.
Group Group::advanced(std::shared_ptr<const Epoch> epoch) const {
    Group next = *this;
    if (options_.past_epochs_max > 0) {
        auto past = std::make_shared<PastEpoch>();
        past->epoch = this->epoch();
        past->context_bytes = epoch_->context_bytes;
        past->tree = epoch_->tree;
        past->self = self();
        past->sender_data_secret = epoch_->secrets.sender_data_secret;
        next.past_.insert(next.past_.begin(), Past{std::move(past), secret_tree_});
        if (next.past_.size() > options_.past_epochs_max) next.past_.resize(options_.past_epochs_max);
    }
    if (options_.resumption_keys_max > 0) {
        auto keys = std::make_shared<std::vector<ResumptionKey>>(*resumption_keys_);
        keys->insert(keys->begin(), ResumptionKey{this->epoch(), epoch_->secrets.resumption_psk});
        if (keys->size() > options_.resumption_keys_max) keys->resize(options_.resumption_keys_max);
        next.resumption_keys_ = std::move(keys);
    }
    next.secret_tree_ = epoch->secret_tree;
    next.epoch_ = std::move(epoch);
    next.waiting_.clear();
    next.pending_ = nullptr;
    return next;
}

Result<Group> Group::merge() const {
    if (!pending_) return broken(Rule::nothing_pending);
    Group next = advanced(pending_->epoch);
    next.signer_ = pending_->signer;
    next.reinit_ = pending_->reinit;
    if (next.reinit_) next.standing_ = Standing::closed;
    return next;
}

Group Group::drop() const {
    Group next = *this;
    next.pending_ = nullptr;
    return next;
}

Result<void> Group::is_active() const {
    if (standing_ == Standing::closed) return broken(Rule::group_closed);
    if (standing_ == Standing::removed) return broken(Rule::group_left);
    return {};
}

Result<std::vector<PskValue>> Group::find_psks(const Group* known, const std::vector<PreSharedKeyID>& ids,
                                               const Environment& environment) {
    std::vector<PskValue> found;
    for (const PreSharedKeyID& id : ids) {
        std::optional<SecretBytes> psk;
        if (known && id.psktype == PSKType::resumption && same_bytes(id.psk_group_id, known->group_id()))
            psk = known->resumption_psk(id.psk_epoch);
        if (!psk) psk = environment.psks.find(id);
        if (!psk) return broken(Rule::psk_missing, found.size());
        found.push_back({id, std::move(*psk)});
    }
    return found;
}

}  // namespace liaise::mls
