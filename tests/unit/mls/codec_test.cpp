#include "protocol/mls/codec.h"

#include <doctest/doctest.h>

#include "protocol/mls/framing.h"
#include "protocol/mls/ratchet_tree.h"

using namespace liaise;
using namespace liaise::mls;

namespace {

Result<std::size_t> length_of(Bytes bytes) {
    return Decoder(bytes).length();
}

std::optional<Rule> rule(const Error& error) {
    return rule_of(error);
}

}  // namespace

TEST_CASE("a vector's length takes the fewest bytes that hold it") {
    for (const std::size_t length : {0U, 1U, 63U, 64U, 16383U, 16384U, 1073741823U}) {
        const LengthHeader header(length);
        CHECK(header.size == (length < 64 ? 1U : length < 16384 ? 2U : 4U));
        CHECK(length_of(to_bytes(header.view())).value() == length);
    }
}

TEST_CASE("a length in a longer form than needed, or with the invalid prefix, is refused") {
    for (const char* const text : {"4000", "403f", "80000000", "80003fff", "c0", "ffffffff"})
        CHECK(rule(length_of(from_hex(text).value()).error()) == Rule::vector_length);
    CHECK(rule(length_of({0x80, 0}).error()) == Rule::cut_short);
}

TEST_CASE("a vector that claims more than there is allocates nothing and is refused") {
    const Bytes bytes = from_hex("bfffffff01").value();
    Decoder in(bytes);
    CHECK(rule(in.opaque().error()) == Rule::cut_short);
}

TEST_CASE("a presence octet is 0 or 1") {
    const Bytes bytes{2};
    Decoder in(bytes);
    CHECK(rule(in.presence().error()) == Rule::presence_octet);
}

TEST_CASE("a list holds as many elements as its limit and no more") {
    for (const std::size_t count :
         {limits::mls_capabilities_max - 1, limits::mls_capabilities_max, limits::mls_capabilities_max + 1}) {
        Encoder out;
        out.numbers16(std::vector<std::uint16_t>(count, 7));
        Decoder in(out.view());
        const auto read = in.numbers16(limits::mls_capabilities_max);
        CHECK(read.ok() == (count <= limits::mls_capabilities_max));
        if (!read) CHECK(rule(read.error()) == Rule::list_too_long);
    }
}

TEST_CASE("extension lists stop at their limit and hold no type twice") {
    for (const std::size_t count :
         {limits::mls_extensions_max - 1, limits::mls_extensions_max, limits::mls_extensions_max + 1}) {
        ExtensionList list;
        for (std::size_t i = 0; i < count; ++i)
            list.items.push_back({static_cast<ExtensionType>(0xf000 + i), {}});
        CHECK(decoded<ExtensionList>(encoded(list)).ok() == (count <= limits::mls_extensions_max));
    }
    const ExtensionList twice{{{0xf001, {}}, {0xf002, {}}, {0xf001, {1}}}};
    CHECK(rule(decoded<ExtensionList>(encoded(twice)).error()) == Rule::extension_twice);
}

TEST_CASE("external senders stop at their limit") {
    for (const std::size_t count : {limits::mls_external_senders_max - 1, limits::mls_external_senders_max,
                                    limits::mls_external_senders_max + 1}) {
        const Bytes data = encode_external_senders(std::vector<ExternalSender>(count));
        CHECK(decode_external_senders(data).ok() == (count <= limits::mls_external_senders_max));
    }
}

TEST_CASE("a commit holds as many proposals as the limit and no more") {
    for (const std::size_t count :
         {limits::mls_proposals_max - 1, limits::mls_proposals_max, limits::mls_proposals_max + 1}) {
        Commit commit;
        commit.proposals.resize(count, {Proposal{Remove{{1}}}});
        CHECK(decoded<Commit>(encoded(commit)).ok() == (count <= limits::mls_proposals_max));
    }
}

TEST_CASE("a Welcome names as many pre-shared keys as the limit and no more") {
    for (const std::size_t count :
         {limits::mls_psks_max - 1, limits::mls_psks_max, limits::mls_psks_max + 1}) {
        GroupSecrets secrets;
        secrets.joiner_secret = SecretBytes(32);
        secrets.psks.resize(count);
        CHECK(GroupSecrets::decode(secrets.encode().view()).ok() == (count <= limits::mls_psks_max));
    }
}

TEST_CASE("an update path is no longer than the deepest tree") {
    UpdatePath path;
    path.nodes.resize(limits::mls_tree_depth_max);
    CHECK(decoded<UpdatePath>(encoded(path)).ok());
    path.nodes.resize(limits::mls_tree_depth_max + 1);
    CHECK(rule(decoded<UpdatePath>(encoded(path)).error()) == Rule::list_too_long);
}

TEST_CASE("a ratchet tree of more leaves than allowed is refused") {
    for (const std::size_t leaves :
         {limits::mls_leaves_max - 1, limits::mls_leaves_max, limits::mls_leaves_max + 1}) {
        Encoder out;
        out.vector([&] {
            for (std::size_t i = 0; i + 1 < 2 * leaves - 1; ++i) out.u8(0);
            out.u8(1).u8(1).value(LeafNode{});
        });
        CHECK(decoded<RatchetTree>(out.view()).ok() == (leaves <= limits::mls_leaves_max));
    }
}

TEST_CASE("a message over the limit is refused before it is read") {
    Bytes bytes(limits::mls_message_bytes_max + 1);
    CHECK(rule(MLSMessage::parse(bytes).error()) == Rule::message_too_large);
    bytes.pop_back();
    CHECK(rule(MLSMessage::parse(bytes).error()) == Rule::version_unknown);
}

TEST_CASE("a ratchet tree that is empty or ends in a blank node is refused") {
    CHECK(rule(decoded<RatchetTree>(Bytes{0}).error()) == Rule::tree_ends_blank);
    Encoder out;
    out.vector([&] { out.u8(1).u8(1).value(LeafNode{}).u8(0).u8(0); });
    CHECK(rule(decoded<RatchetTree>(out.view()).error()) == Rule::tree_ends_blank);
    Encoder crossed;
    crossed.vector([&] { crossed.u8(1).u8(2).value(ParentNode{}); });
    CHECK(rule(decoded<RatchetTree>(crossed.view()).error()) == Rule::tree_shape);
}

TEST_CASE("kinds that the RFC does not define are refused by name") {
    const auto refusal = [](auto decode, const char* hex) {
        const Bytes bytes = from_hex(hex).value();
        Decoder in(bytes);
        const auto value = decode(in);
        return value ? std::nullopt : rule(value.error());
    };
    const auto wrong = [&](auto decode, std::initializer_list<const char*> texts, Rule expected) {
        for (const char* const text : texts) CHECK(refusal(decode, text) == expected);
    };
    wrong(decode_content_type, {"00", "04"}, Rule::content_type_unknown);
    wrong(Sender::decode, {"0000000000", "0500000000"}, Rule::sender_type_unknown);
    wrong(PreSharedKeyID::decode, {"00", "03"}, Rule::psk_type_unknown);
    wrong(PreSharedKeyID::decode, {"0200", "0204"}, Rule::psk_usage_unknown);
    wrong(Proposal::decode, {"0000", "0008", "0a0a", "f000"}, Rule::proposal_type_unknown);
    wrong(ProposalOrRef::decode, {"00", "03"}, Rule::proposal_or_ref_unknown);
    wrong(GroupContext::decode, {"00000003", "00020003"}, Rule::version_unknown);
    wrong(MLSMessage::decode, {"00010000", "00010006"}, Rule::wire_format_unknown);
    wrong(RatchetTree::decode, {"020100", "020103"}, Rule::node_type_unknown);
    wrong(AuthenticatedContent::decode, {"0000", "0003"}, Rule::wire_format_unknown);
    // Keys, credential and capabilities, then the source.
    wrong(LeafNode::decode, {"0000000100000000000000", "0000000100000000000004"}, Rule::leaf_source_unknown);
    CHECK(rule(decoded<Extension>(Bytes{0, 1, 0, 0}).error()) == Rule::left_over);
    CHECK(rule(find_suite(2).error()) == Rule::suite_unknown);
}

TEST_CASE("a tree that is full grows to the limit and no further") {
    Encoder out;
    out.vector([&] {
        for (std::size_t i = 0; i + 1 < limits::mls_leaves_max; ++i) out.u8(1).u8(1).value(LeafNode{}).u8(0);
        out.u8(1).u8(1).value(LeafNode{});
    });
    RatchetTree tree = decoded<RatchetTree>(out.view()).value();
    CHECK(tree.member_count() == limits::mls_leaves_max);
    CHECK(rule(tree.add(LeafNode{}).error()) == Rule::group_too_large);
    tree.remove({7});
    CHECK(tree.add(LeafNode{}).value() == LeafIndex{7});
}

TEST_CASE("each rule has a name, a section and a phrase of its own") {
    CHECK(rule(broken(Rule::leaf_signature)) == Rule::leaf_signature);
    CHECK(std::string_view(name_of(Rule::leaf_signature)) == "leaf_signature");
    CHECK(std::string_view(section_of(Rule::leaf_signature)) == "7.3");
    CHECK_FALSE(rule_of(Error{ErrorCode::malformed, "something else"}).has_value());
    for (unsigned i = 0; i <= static_cast<unsigned>(Rule::state_malformed); ++i)
        CHECK(rule(broken(static_cast<Rule>(i))) == static_cast<Rule>(i));
}
