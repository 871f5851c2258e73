// Every wire structure of MLS: the first byte picks it, the rest is its bytes. Whatever decodes must encode
// to the same bytes: there is one way to write a value, or signatures would not hold.
#include "protocol/base/check.h"
#include "protocol/mls/ratchet_tree.h"
#include "protocol/mls/secret_tree.h"
#include "protocol/mls/treekem.h"
#include "protocol/mls/validation.h"

using namespace liaise;
using namespace liaise::mls;

namespace {

template <class T>
void round_trip(BytesView bytes) {
    const auto value = decoded<T>(bytes);
    if (value) LIAISE_CHECK(same_bytes(encoded(*value), bytes));
}

void tree(BytesView bytes) {
    const auto value = decoded<RatchetTree>(bytes);
    if (!value) return;
    LIAISE_CHECK(same_bytes(encoded(*value), bytes));
    // What a joiner does with it before anything is believed.
    if (!check_unmerged_leaves(*value)) return;
    (void)check_parent_hashes(suite_3(), *value).ok();
    (void)value->tree_hash(suite_3());
}

void group_secrets(BytesView bytes) {
    const auto value = GroupSecrets::decode(bytes);
    if (value) LIAISE_CHECK(same_bytes(value->encode().view(), bytes));
}

Bytes external_pub_of(const Bytes& key) {
    return encode_external_pub(key);
}

// The data of an extension.
template <auto decode, auto encode>
void extension_data(BytesView bytes) {
    const auto value = decode(bytes);
    if (value) LIAISE_CHECK(same_bytes(encode(*value), bytes));
}

using Target = void (*)(BytesView);
// Seeds name these by position: new ones go to the end.
constexpr Target targets[] = {
    round_trip<MLSMessage>,
    round_trip<PublicMessage>,
    round_trip<PrivateMessage>,
    round_trip<Welcome>,
    round_trip<GroupInfo>,
    round_trip<KeyPackage>,
    tree,
    group_secrets,
    round_trip<Proposal>,
    round_trip<Commit>,
    round_trip<UpdatePath>,
    round_trip<LeafNode>,
    round_trip<GroupContext>,
    round_trip<AuthenticatedContent>,
    round_trip<PreSharedKeyID>,
    round_trip<ExtensionList>,
    round_trip<RequiredCapabilities>,
    round_trip<ExternalSender>,
    round_trip<ReInit>,
    round_trip<SecretTree>,
    round_trip<TreePrivateKeys>,
    round_trip<Credential>,
    round_trip<Capabilities>,
    round_trip<Sender>,
    round_trip<FramedContent>,
    round_trip<ProposalOrRef>,
    round_trip<UpdatePathNode>,
    round_trip<HPKECiphertext>,
    round_trip<EncryptedGroupSecrets>,
    round_trip<ParentNode>,
    extension_data<decode_external_senders, encode_external_senders>,
    extension_data<decode_external_pub, external_pub_of>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    targets[data[0] % std::size(targets)]({data + 1, size - 1});
    return 0;
}
