// deserialization, tree-math, messages.
#include "protocol/mls/framing.h"
#include "protocol/mls/ratchet_tree.h"
#include "tests/vectors/mls/kinds.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

void run_deserialization(const Json& vector) {
    const Bytes header = hex(vector, "vlbytes_header");
    Decoder in(header);
    const std::size_t length = take(in.length(), "decode the length");
    require(length == vector.at("length").get<std::size_t>(), "length");
    require(in.done(), "the whole header is the length");
    require(same_bytes(LengthHeader(length).view(), header), "encode the length");
}

namespace {

template <class Function>
void check_nodes(const Json& vector, const char* field, Function function) {
    const Json& expected = vector.at(field);
    for (std::uint32_t i = 0; i < expected.size(); ++i) {
        const std::optional<NodeIndex> node = function(NodeIndex{i});
        const bool fits =
            expected[i].is_null() ? !node : node && node->value == expected[i].get<std::uint32_t>();
        require(fits, std::string(field) + " of node " + std::to_string(i));
    }
}

template <class T>
void check_value(const Json& vector, const char* field, Bytes (*encode)(const T&) = encoded<T>) {
    const Bytes bytes = hex(vector, field);
    const T value = take(decoded<T>(bytes), std::string("decode ") + field);
    require(encode(value) == bytes, std::string("encode ") + field);
}

// A proposal without its type in front.
template <class T>
void check_proposal(const Json& vector, const char* field, ProposalType type) {
    Encoder whole;
    whole.u16(type).raw(hex(vector, field));
    const Proposal proposal = take(decoded<Proposal>(whole.view()), std::string("decode ") + field);
    require(proposal.as<T>() != nullptr && same_bytes(encoded(proposal), whole.view()),
            std::string("encode ") + field);
}

template <class Content>
void check_framed(const Json& vector, const char* field) {
    check_value<MLSMessage>(vector, field);
    const auto message = take(parse_message<PublicMessage>(hex(vector, field)), field);
    require(std::holds_alternative<Content>(message.content.content), std::string("content of ") + field);
}

}  // namespace

void run_tree_math(const Json& vector) {
    const TreeSize size = TreeSize::for_leaves(vector.at("n_leaves").get<std::uint32_t>());
    require(size.nodes() == vector.at("n_nodes").get<std::uint32_t>(), "n_nodes");
    require(size.root().value == vector.at("root").get<std::uint32_t>(), "root");
    check_nodes(vector, "left", [](NodeIndex node) { return left_of(node); });
    check_nodes(vector, "right", [](NodeIndex node) { return right_of(node); });
    check_nodes(vector, "parent", [&](NodeIndex node) { return parent_of(node, size); });
    check_nodes(vector, "sibling", [&](NodeIndex node) { return sibling_of(node, size); });
}

void run_messages(const Json& vector) {
    for (const char* const field : {"mls_welcome", "mls_group_info", "mls_key_package", "private_message"})
        check_value<MLSMessage>(vector, field);
    check_value<RatchetTree>(vector, "ratchet_tree");
    const Bytes secrets = hex(vector, "group_secrets");
    require(same_bytes(take(GroupSecrets::decode(secrets), "decode group_secrets").encode().view(), secrets),
            "encode group_secrets");
    check_proposal<Add>(vector, "add_proposal", proposal_type::add);
    check_proposal<Update>(vector, "update_proposal", proposal_type::update);
    check_proposal<Remove>(vector, "remove_proposal", proposal_type::remove);
    check_proposal<PreSharedKey>(vector, "pre_shared_key_proposal", proposal_type::psk);
    check_proposal<ReInit>(vector, "re_init_proposal", proposal_type::reinit);
    check_proposal<ExternalInit>(vector, "external_init_proposal", proposal_type::external_init);
    check_proposal<GroupContextExtensions>(vector, "group_context_extensions_proposal",
                                           proposal_type::group_context_extensions);
    check_value<Commit>(vector, "commit");
    check_framed<ApplicationData>(vector, "public_message_application");
    check_framed<Proposal>(vector, "public_message_proposal");
    check_framed<Commit>(vector, "public_message_commit");
}

}  // namespace liaise::test::mls_vectors
