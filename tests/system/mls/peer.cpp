#include "tests/system/mls/peer.h"

#include <algorithm>

namespace liaise::test {

using namespace liaise::mls;

namespace {

struct Refused {
    std::string sentence;
};

template <class T>
T take(Result<T> result) {
    if (result) return std::move(result).value();
    const auto rule = rule_of(result.error());
    throw Refused{std::string(result.error().phrase) + (rule ? " (" : "") + (rule ? name_of(*rule) : "") +
                  (rule ? std::string(", section ") + section_of(*rule) + ")" : std::string())};
}

Bytes hex(const nlohmann::json& request, const char* field) {
    return take(from_hex(request.at(field).get<std::string>()));
}

bool flag(const nlohmann::json& request, const char* field, bool otherwise) {
    return request.contains(field) && !request.at(field).is_null() ? request.at(field).get<bool>()
                                                                   : otherwise;
}

MessageOptions framing(const nlohmann::json& request) {
    MessageOptions options;
    if (flag(request, "public", false)) options.wire_format = WireFormat::public_message;
    return options;
}

GroupOptions group_options() {
    GroupOptions options;
    options.application_waits_for_commit = false;  // the script decides
    return options;
}

KeyPackage key_package_of(const std::string& text) {
    return take(parse_message<KeyPackage>(take(from_hex(text))));
}

}  // namespace

nlohmann::json MlsPeer::handle(const Json& request) {
    try {
        Json reply = run(request);
        reply["ok"] = true;
        return reply;
    } catch (const Refused& refused) {
        return {{"ok", false}, {"error", refused.sentence}};
    } catch (const Json::exception& wrong) {
        return {{"ok", false}, {"error", std::string("request not understood: ") + wrong.what()}};
    }
}

MlsPeer::Json MlsPeer::run(const Json& request) {
    const auto op = request.at("op").get<std::string>();
    if (op == "keypackage") return make_key_package(request);
    if (op == "create") return create(request);
    if (op == "add") return add(request);
    if (op == "commit") return commit(request, {});
    if (op == "remove") return remove(request);
    if (op == "propose") return propose(request);
    if (op == "merge") return group_ = take(group().merge()), Json::object();
    if (op == "drop") return group_ = group().drop(), Json::object();
    if (op == "join") return join(request);
    if (op == "group_info") return {{"group_info", to_hex(group().group_info(true))}};
    if (op == "external_join") return join_external(request);
    if (op == "protect") return protect(request);
    if (op == "process") return process(request);
    if (op == "state") return state();
    if (op == "export") return export_secret(request);
    throw Refused{"no such operation: " + op};
}

Group& MlsPeer::group() {
    if (!group_) throw Refused{"this client is in no group"};
    return *group_;
}
const Group& MlsPeer::group() const {
    if (!group_) throw Refused{"this client is in no group"};
    return *group_;
}
const OwnKeyPackage& MlsPeer::own() const {
    if (!own_) throw Refused{"this client has no key package"};
    return *own_;
}
Environment MlsPeer::environment() const {
    return {open_policy(), no_psks(), now_};
}

MlsPeer::Json MlsPeer::make_key_package(const Json& request) {
    ClientProfile profile =
        ClientProfile::of(suite_3(), Credential::basic(bytes_of(request.at("name").get<std::string>())));
    const auto now = static_cast<std::uint64_t>(to_milliseconds(now_) / 1000);
    constexpr std::uint64_t day = 24 * 60 * 60;
    profile.lifetime = {now - day, now + 28 * day};
    if (flag(request, "grease", false)) profile.add_grease(random_);
    own_ = OwnKeyPackage::make(suite_3(), profile, suite_3().draw_signer(random_), random_);
    profile_ = std::move(profile);
    Json reply{{"keypackage", to_hex(encoded_message(own_->key_package))}};
    if (flag(request, "reveal", false)) {
        reply["init_priv"] = to_hex(own_->init_private.view());
        reply["encryption_priv"] = to_hex(own_->encryption_private.view());
        reply["signature_priv"] = to_hex(own_->signer->private_key().view());
    }
    return reply;
}

MlsPeer::Json MlsPeer::create(const Json& request) {
    group_ = take(
        Group::create(suite_3(), own(), hex(request, "group"), {}, group_options(), environment(), random_));
    return Json::object();
}

MlsPeer::Json MlsPeer::commit(const Json& request, CommitRequest wanted) {
    wanted.message = framing(request);
    wanted.tree_in_welcome = flag(request, "tree_in_welcome", true);
    Committed made = take(group().commit(wanted, environment(), random_));
    group_ = flag(request, "apply", true) ? take(made.next.merge()) : std::move(made.next);
    Json reply{{"commit", to_hex(made.commit)}};
    if (made.welcome) {
        reply["welcome"] = to_hex(*made.welcome);
        reply["ratchet_tree"] = to_hex(made.ratchet_tree);
    }
    return reply;
}

MlsPeer::Json MlsPeer::add(const Json& request) {
    CommitRequest wanted;
    wanted.with_waiting = false;
    for (const auto& text : request.at("keypackages"))
        wanted.proposals.push_back({Add{key_package_of(text.get<std::string>())}});
    return commit(request, std::move(wanted));
}

MlsPeer::Json MlsPeer::remove(const Json& request) {
    CommitRequest wanted;
    wanted.with_waiting = false;
    for (const auto& leaf : request.at("leaves"))
        wanted.proposals.push_back({Remove{{leaf.get<std::uint32_t>()}}});
    return commit(request, std::move(wanted));
}

MlsPeer::Json MlsPeer::send(Sent sent, const char* field) {
    group_ = std::move(sent.next);
    return {{field, to_hex(sent.message)}};
}

MlsPeer::Json MlsPeer::propose(const Json& request) {
    const auto kind = request.at("kind").get<std::string>();
    const MessageOptions options = framing(request);
    if (kind == "update")
        return send(take(group().propose_update({}, options, environment(), random_)), "proposal");
    Proposal proposal;
    if (kind == "add") {
        proposal = {Add{key_package_of(request.at("keypackage").get<std::string>())}};
    } else if (kind == "remove") {
        proposal = {Remove{{request.at("leaf").get<std::uint32_t>()}}};
    } else if (kind == "gce") {
        proposal = {GroupContextExtensions{}};
    } else {
        throw Refused{"no such kind of proposal: " + kind};
    }
    return send(take(group().propose(std::move(proposal), options, environment(), random_)), "proposal");
}

MlsPeer::Json MlsPeer::join(const Json& request) {
    std::optional<Bytes> tree;
    if (request.contains("ratchet_tree") && !request.at("ratchet_tree").is_null())
        tree = hex(request, "ratchet_tree");
    group_ = take(Group::join(own(), hex(request, "welcome"),
                              tree ? std::optional<BytesView>(*tree) : std::nullopt, nullptr, group_options(),
                              environment()));
    return Json::object();
}

// With `resync` we replace the leaf that shows our signature key, or else our credential.
MlsPeer::Json MlsPeer::join_external(const Json& request) {
    const Bytes info = hex(request, "group_info");
    ExternalJoinRequest wanted;
    wanted.group_info = info;
    wanted.profile = profile_;
    wanted.signer = own().signer;
    if (flag(request, "resync", false)) {
        const auto parsed = take(parse_message<GroupInfo>(info));
        const Bytes* const data = parsed.extensions.find(extension_type::ratchet_tree);
        if (data == nullptr) throw Refused{"the group info has no ratchet tree"};
        std::optional<LeafIndex> by_name;
        take(decoded<RatchetTree>(*data)).for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
            if (same_bytes(leaf->signature_key, own().signer->public_key())) wanted.replaces = index;
            if (leaf->credential == profile_.credential) by_name = index;
        });
        if (!wanted.replaces) wanted.replaces = by_name;
        if (!wanted.replaces) throw Refused{"no leaf of ours to replace"};
    }
    ExternalJoin joined = take(Group::join_external(wanted, group_options(), environment(), random_));
    group_ = std::move(joined.group);
    return {{"commit", to_hex(joined.commit)}};
}

MlsPeer::Json MlsPeer::protect(const Json& request) {
    MessageOptions options;
    if (request.contains("aad") && !request.at("aad").is_null())
        options.authenticated_data = hex(request, "aad");
    return send(take(group().protect(hex(request, "data"), options, random_)), "message");
}

MlsPeer::Json MlsPeer::process(const Json& request) {
    Received received = take(group().receive(hex(request, "message"), environment()));
    group_ = std::move(received.next);
    if (const auto* message = std::get_if<ApplicationMessage>(&received.event))
        return {{"kind", "application"},
                {"data", to_hex(message->data)},
                {"aad", to_hex(message->authenticated_data)},
                {"sender", message->sender.value}};
    return {{"kind", "handshake"}};
}

MlsPeer::Json MlsPeer::state() const {
    const GroupContext& context = group().context();
    Json members = Json::array();
    group().tree().for_each_leaf([&](LeafIndex index, const SharedLeaf&) { members.push_back(index.value); });
    return {{"epoch", context.epoch},
            {"leaf", group().self().value},
            {"epoch_authenticator", to_hex(group().epoch_authenticator().view())},
            {"tree_hash", to_hex(context.tree_hash)},
            {"confirmed_transcript_hash", to_hex(context.confirmed_transcript_hash)},
            {"group_context", to_hex(encoded(context))},
            {"members", std::move(members)}};
}

MlsPeer::Json MlsPeer::export_secret(const Json& request) const {
    const auto length = request.at("length").get<std::size_t>();
    if (length > 255 * suite_3().hash_bytes()) throw Refused{"a secret of that length cannot be exported"};
    const SecretBytes secret =
        group().export_secret(request.at("label").get<std::string>(), hex(request, "context"), length);
    return {{"secret", to_hex(secret.view())}};
}

}  // namespace liaise::test
