// The rules of RFC 9420 that bytes from outside can break, each with a name, its section and a phrase.
//
// A refusal is an Error (protocol/base/result.h) whose phrase belongs to exactly one rule, so that a log
// shows which rule it was and a test can ask for it by identity: rule_of(error) == Rule::leaf_signature. It
// costs no allocation. "local" marks limits and preconditions that are ours and not the RFC's.
#pragma once

#include <optional>

#include "protocol/base/result.h"

//      name                     code            section    what is wrong
#define LIAISE_MLS_RULES(X)                                                                            \
    X(cut_short, malformed, "2.1", "bytes cut short")                                                  \
    X(left_over, malformed, "2.1", "bytes left over")                                                  \
    X(presence_octet, malformed, "2.1.1", "presence octet is neither 0 nor 1")                         \
    X(vector_length, malformed, "2.1.2", "vector length not in its shortest form")                     \
    X(list_too_long, too_large, "local", "list over its limit")                                        \
    X(message_too_large, too_large, "local", "message over its limit")                                 \
    X(group_too_large, too_large, "local", "group over its limit")                                     \
    X(group_id_too_long, too_large, "local", "group id over its limit")                                \
    X(leaf_too_large, too_large, "local", "leaf node over its limit")                                  \
    X(extensions_too_large, too_large, "local", "group extensions over their limit")                   \
    X(proposals_too_many, exhausted, "local", "too many proposals in this epoch")                      \
    X(suite_unknown, unsupported, "5.1", "cipher suite that we do not speak")                          \
    X(suite_without_aead, unsupported, "5.1", "cipher suite without encryption here")                  \
    X(version_unknown, unsupported, "6", "protocol version that we do not speak")                      \
    X(wire_format_unknown, unsupported, "6", "unknown wire format")                                    \
    X(wire_format_unexpected, malformed, "6", "another wire format was expected")                      \
    X(content_type_unknown, malformed, "6", "unknown content type")                                    \
    X(sender_type_unknown, malformed, "6", "unknown sender type")                                      \
    X(leaf_source_unknown, malformed, "7.2", "unknown leaf node source")                               \
    X(node_type_unknown, malformed, "7.8", "unknown node type")                                        \
    X(psk_type_unknown, malformed, "8.4", "unknown pre-shared key type")                               \
    X(psk_usage_unknown, malformed, "8.4", "unknown resumption usage")                                 \
    X(proposal_type_unknown, unsupported, "12.2", "proposal type that we do not speak")                \
    X(proposal_or_ref_unknown, malformed, "12.4", "neither proposal nor reference")                    \
    X(extension_twice, malformed, "13.4", "two extensions of one type")                                \
    X(public_key, malformed, "5.1.1", "public key of the wrong size")                                  \
    X(private_key, malformed, "5.1.1", "private key that does not belong to its public key")           \
    X(decryption, not_authentic, "5.1.3", "encrypted value does not open")                             \
    X(small_order_key, not_authentic, "5.1.1", "public key of small order or in a second form")        \
    X(message_group, not_known, "6", "message of another group")                                       \
    X(message_epoch, not_known, "6", "message of an epoch that is not kept or not reached")            \
    X(message_signature, not_authentic, "6.1", "message signature does not verify")                    \
    X(message_sender, malformed, "6.1", "sender type does not fit the content")                        \
    X(sender_unknown, not_known, "6.1", "sender is not in the group")                                  \
    X(membership_tag, not_authentic, "6.2", "membership tag does not verify")                          \
    X(application_in_public, malformed, "6", "application data in a public message")                   \
    X(private_message, not_authentic, "6.3.1", "message does not open")                                \
    X(padding, malformed, "6.3.1", "padding that is not zero")                                         \
    X(sender_data, not_authentic, "6.3.2", "sender data does not open")                                \
    X(own_message, conflict, "6.3.2", "message of our own")                                            \
    X(generation_used, conflict, "9.2", "message key already used or dropped")                         \
    X(generation_too_far, exhausted, "15.3", "message too far ahead of the last one")                  \
    X(generation_last, exhausted, "9.1", "no message key left in this epoch")                          \
    X(unmerged_leaves, malformed, "7.1", "unmerged leaves not sorted, not below or not in between")    \
    X(leaf_signature, not_authentic, "7.3", "leaf node signature does not verify")                     \
    X(leaf_source, malformed, "7.3", "leaf node source does not fit")                                  \
    X(leaf_lifetime, expired, "7.3", "leaf node is outside its lifetime")                              \
    X(leaf_lifetime_range, not_permitted, "7.2", "leaf node lifetime longer than allowed")             \
    X(leaf_version, unsupported, "7.2", "leaf node does not list the group's version")                 \
    X(leaf_suite, unsupported, "7.2", "leaf node does not list the group's cipher suite")              \
    X(leaf_extension, malformed, "7.3", "leaf extension that its capabilities do not list")            \
    X(leaf_group_extension, unsupported, "13.4", "group extension that a leaf does not support")       \
    X(leaf_required, unsupported, "11.1", "leaf node without a required capability")                   \
    X(leaf_credential, unsupported, "7.3", "credential type that a member does not support")           \
    X(leaf_refused, not_permitted, "5.3.1", "credential refused by the application")                   \
    X(leaf_same_key, malformed, "7.3", "new leaf node with its old encryption key")                    \
    X(signature_key_twice, conflict, "7.3", "signature key already in the group")                      \
    X(encryption_key_twice, conflict, "7.3", "encryption key already in the group")                    \
    X(tree_ends_blank, malformed, "12.4.3.3", "ratchet tree ends in a blank node")                     \
    X(tree_shape, malformed, "12.4.3.3", "leaf and parent at each other's place")                      \
    X(tree_hash, not_authentic, "12.4.3.1", "tree hash does not fit the tree")                         \
    X(tree_missing, not_known, "12.4.3.3", "no ratchet tree given")                                    \
    X(parent_hash, not_authentic, "7.9.2", "parent node without a chain of parent hashes")             \
    X(path_parent_hash, not_authentic, "12.4.2", "parent hash of the committer's leaf does not fit")   \
    X(path_length, malformed, "7.6", "update path of the wrong length")                                \
    X(path_ciphertexts, malformed, "7.6", "update path with the wrong number of ciphertexts")          \
    X(path_public_key, not_authentic, "7.5", "path secret does not give the path's public key")        \
    X(key_package_signature, not_authentic, "10.1", "key package signature does not verify")           \
    X(key_package_version, unsupported, "10.1", "key package of another protocol version")             \
    X(key_package_suite, unsupported, "10.1", "key package of another cipher suite")                   \
    X(key_package_init_key, malformed, "10.1", "init key equals the encryption key")                   \
    X(remove_blank, malformed, "12.1.3", "removal of a leaf that is blank")                            \
    X(psk_nonce, malformed, "12.1.4", "pre-shared key nonce of the wrong size")                        \
    X(psk_usage, malformed, "12.1.4", "resumption usage outside its operation")                        \
    X(psk_twice, malformed, "12.2", "pre-shared key given twice")                                      \
    X(psk_missing, not_known, "12.4.2", "pre-shared key that we do not have")                          \
    X(reinit_version, malformed, "12.1.5", "re-initialisation with an older version")                  \
    X(external_proposal_type, malformed, "12.1.8", "proposal type not open to this sender")            \
    X(external_sender, not_permitted, "12.1.8.1", "external sender that the group does not list")      \
    X(proposal_unknown, not_known, "12.4", "reference to a proposal that we have not seen")            \
    X(proposal_replayed, conflict, "12.1", "proposal that we have already")                            \
    X(proposal_by_committer, malformed, "12.2", "update or removal of the committer by itself")        \
    X(proposal_update_sender, malformed, "12.2", "update without a member as its sender")              \
    X(proposal_same_leaf, malformed, "12.2", "several updates or removals of one leaf")                \
    X(proposal_extensions_twice, malformed, "12.2", "several changes of the group's extensions")       \
    X(proposal_reinit_alone, malformed, "12.2", "re-initialisation beside other proposals")            \
    X(proposal_external_init, malformed, "12.2", "external init in a member's commit")                 \
    X(proposal_client_twice, conflict, "12.2", "client that is already in the group")                  \
    X(external_commit_list, malformed, "12.2", "proposal that an external commit may not carry")       \
    X(external_commit_reference, malformed, "12.4.3.2", "external commit with a reference")            \
    X(external_commit_path, malformed, "12.4.3.2", "external commit without a path")                   \
    X(external_commit_identity, not_permitted, "12.2", "resync by another client")                     \
    X(path_missing, malformed, "12.4", "commit without the path that it needs")                        \
    X(confirmation_tag, not_authentic, "12.4.2", "confirmation tag does not verify")                   \
    X(own_commit, conflict, "12.4.2", "commit of our own: merge or drop it instead")                   \
    X(epoch_last, exhausted, "12", "no epoch number left")                                             \
    X(group_info_signature, not_authentic, "12.4.3", "group info signature does not verify")           \
    X(group_info_signer, malformed, "12.4.3", "group info signed by a blank leaf")                     \
    X(group_info_open, not_authentic, "12.4.3.1", "group info does not open")                          \
    X(group_info_external, not_known, "12.4.3.2", "group info without an external key")                \
    X(welcome_not_for_us, not_known, "12.4.3.1", "welcome has no entry for this key package")          \
    X(welcome_suite, malformed, "12.4.3.1", "welcome of another cipher suite")                         \
    X(welcome_secrets, not_authentic, "12.4.3.1", "group secrets do not open")                         \
    X(welcome_psks, malformed, "12.4.3.1", "resumption key beside others of its kind")                 \
    X(welcome_leaf, malformed, "12.4.3.1", "our leaf is not in the tree")                              \
    X(welcome_path_secret, not_authentic, "12.4.3.1", "path secret does not fit the tree")             \
    X(group_known, conflict, "12.4.3.1", "group that we are in already")                               \
    X(resume_epoch, malformed, "11.2", "successor group that does not start at epoch 1")               \
    X(resume_parameters, malformed, "11.2", "successor group with other parameters")                   \
    X(resume_members, not_permitted, "11.3", "successor group with other members")                     \
    X(group_closed, not_permitted, "12.4.2", "the group was re-initialised")                           \
    X(group_left, not_permitted, "12.4.2", "we were removed from the group")                           \
    X(proposals_waiting, not_permitted, "12.4", "proposals wait for a commit before application data") \
    X(nothing_pending, not_known, "14", "no commit of ours is pending")                                \
    X(state_version, unsupported, "local", "stored state of an unknown version")                       \
    X(state_malformed, malformed, "local", "stored state that contradicts itself")

namespace liaise::mls {

#define LIAISE_MLS_RULE(name, code, section, phrase) name,
enum class Rule : std::uint8_t { LIAISE_MLS_RULES(LIAISE_MLS_RULE) };
#undef LIAISE_MLS_RULE

// The Error that says so; `at` is a position, index or number that helps to find the place.
Error broken(Rule rule, std::uint64_t at = 0);

std::optional<Rule> rule_of(const Error& error);  // nothing for errors that are not from here
const char* name_of(Rule rule);                   // "leaf_signature"
const char* section_of(Rule rule);                // "7.3": of RFC 9420; "local": a limit of ours

}  // namespace liaise::mls
