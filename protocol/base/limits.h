// Every limit on what others can make us hold or do. A constant here has a test at the limit, one below and
// one above.
#pragma once

#include <cstddef>
#include <cstdint>

namespace liaise::limits {

// Chosen by us: the control API, from a client of the same user.
inline constexpr std::size_t control_connections_max = 32;  // clients of the control API at one time
inline constexpr std::size_t control_message_bytes_max = 1024 * 1024;  // one message from such a client
inline constexpr std::size_t control_in_flight_bytes_max =
    4 * 1024 * 1024;                                         // calls of one client not yet answered
inline constexpr std::size_t control_word_bytes_max = 4096;  // a name, id, ticket or query in a call
inline constexpr std::size_t control_passphrase_bytes_max = 1024;
inline constexpr std::size_t control_piece_bytes_max = 256 * 1024;  // one piece of a document
inline constexpr std::size_t control_list_max = 64;  // countries, topics, populations of a draft, each
inline constexpr std::size_t control_answer_entries_max = 1000;  // messages or hits in one answer
inline constexpr std::size_t control_backlog_max = 1000;         // messages that wait for one follower
inline constexpr std::size_t control_tasks_max = 64;             // uploads, followers and waits of one client
inline constexpr std::size_t in_step_waiters_max = 64;           // calls that wait until a node is in step

// Fixed by the protocol: nodes that differ here cannot work together.
inline constexpr std::size_t frame_bytes_max = 256 * 1024;   // one frame between peers
inline constexpr std::size_t payload_bytes_max = 64 * 1024;  // one entry's payload
inline constexpr std::size_t chunk_bytes_max = 240 * 1024;   // one document chunk, sealed
inline constexpr std::size_t run_entries_max = 1024;         // entries that stand under one signature check
inline constexpr std::size_t run_bytes_max = 192 * 1024;     // a run's payloads and what stands beside them
inline constexpr std::size_t run_bytes_wanted = 160 * 1024;  // where a sender ends a run if it can
inline constexpr std::uint64_t sequence_max = (std::uint64_t{1} << 53) - 1;  // exact in JSON, too
inline constexpr std::size_t name_bytes_max = 100;         // a person, channel, network, organisation, rank
inline constexpr std::size_t title_bytes_max = 300;        // a document's title
inline constexpr std::size_t text_bytes_max = 32 * 1024;   // a message's text
inline constexpr std::size_t accreditation_chain_max = 3;  // accreditations from a founder to a member
inline constexpr std::size_t founders_max = 16;
inline constexpr std::size_t addresses_max = 8;  // addresses of one device
inline constexpr std::size_t address_bytes_max = 255;
inline constexpr std::size_t guest_frame_bytes_max = 16 * 1024;  // one frame from the holder of a ticket
inline constexpr std::size_t causes_max = 16;                    // causal references of one entry
inline constexpr std::uint64_t document_bytes_max = std::uint64_t{4} * 1024 * 1024 * 1024;
inline constexpr std::size_t chunk_plain_bytes_min = 64 * 1024;   // every chunk of a document but its last
inline constexpr std::size_t chunk_plain_bytes_max = 224 * 1024;  // one document chunk before its seal
inline constexpr std::size_t document_chunks_max = document_bytes_max / chunk_plain_bytes_min + 1;
inline constexpr std::size_t manifest_inline_bytes_max = 1024;  // a manifest that travels inside its entry
inline constexpr std::size_t file_name_bytes_max = 255;         // the name a sender gives to a file
inline constexpr std::size_t language_bytes_max = 35;           // a language tag (RFC 5646, section 4.4.1)

// Channels (docs/protocol/channel.md) and what is said in them (docs/protocol/content.md).
inline constexpr std::size_t purpose_bytes_max = 1000;  // why a channel exists
inline constexpr std::size_t note_bytes_max = 2000;     // what is new in a revision
inline constexpr std::size_t licence_bytes_max = 100;
inline constexpr std::size_t labels_max = 32;  // countries, topics, populations of a document: each
inline constexpr std::size_t label_bytes_max = 60;
inline constexpr std::size_t manifest_reference_bytes_max = 2048;
inline constexpr std::size_t credential_bytes_max = 4096;  // a device's, in an introduction
inline constexpr std::size_t mentions_max = 32;            // members named in one text
inline constexpr std::size_t reaction_bytes_max = 40;
inline constexpr std::size_t reason_bytes_max = 500;  // why something was hidden
inline constexpr std::uint32_t edit_number_max = 1'000'000;
inline constexpr std::size_t lifted_max = 64;           // pins and hidings taken back by one entry
inline constexpr std::size_t reactions_shown_max = 32;  // different ones on one entry
inline constexpr std::size_t seen_logs_max = 256;       // logs named by one receipt
inline constexpr std::size_t marks_each_max = 64;  // marks of one kind on one entry from one log that count
inline constexpr std::size_t conveners_max = 32;   // of one channel
inline constexpr std::size_t member_devices_max = 16;     // of one member
inline constexpr std::size_t cut_logs_max = 64;           // logs named in one cut
inline constexpr std::size_t sealed_keys_max = 500;       // in one entry; a larger channel takes several
inline constexpr std::size_t channel_facts_max = 50'000;  // policy entries that a channel's state is made of
inline constexpr std::size_t notes_of_log_max = 4096;  // acknowledgements, offers, wishes for keys of one log
inline constexpr std::size_t acts_beyond_cut_max = 256;  // of one log, beyond its author's removal
inline constexpr std::size_t invitation_bytes_max = 240 * 1024;
inline constexpr std::size_t commit_seats_max = 256;  // removed, and added, by one commit: each
inline constexpr std::size_t commit_message_bytes_max = 4 * 1024 * 1024;  // an MLS commit, in pieces
inline constexpr std::size_t commit_piece_bytes_max = 48 * 1024;          // of a commit, in one entry
inline constexpr std::size_t commit_parts_max = 88;                       // entries before the commit's own
inline constexpr std::size_t key_package_bytes_max = 4096;

// Between peers (docs/protocol/peer.md).
inline constexpr std::size_t parcel_bytes_max = 248 * 1024;   // one sealed message to a device
inline constexpr std::size_t offer_tags_max = 1024;           // channels and decoys in one offer
inline constexpr std::size_t session_tags_max = 4 * 1024;     // in all offers of a session
inline constexpr std::size_t heads_logs_max = 2000;           // logs in one message about heads
inline constexpr std::size_t trail_points_max = 32;           // places in one step of the search for a fork
inline constexpr std::size_t chunks_wanted_max = 64;          // asked of one peer and not answered
inline constexpr std::size_t parcels_queued_max = 256;        // for one peer, until it has stored them
inline constexpr std::size_t window_bytes = 4 * 1024 * 1024;  // bulk that a peer may send ahead of our disk
inline constexpr std::size_t frame_charge_min = 8 * 1024;     // what the smallest bulk frame counts in it

// Group messages (protocol/mls). A tree of the largest size and a Welcome to all of it fit into one message.
inline constexpr std::size_t mls_tree_depth_max = 16;
inline constexpr std::size_t mls_leaves_max = std::size_t{1} << mls_tree_depth_max;
inline constexpr std::size_t mls_message_bytes_max = 64 * 1024 * 1024;
inline constexpr std::size_t mls_group_id_bytes_max = 255;
inline constexpr std::size_t mls_leaf_bytes_max = 8 * 1024;  // a full tree of these still has a length
inline constexpr std::size_t mls_context_extensions_bytes_max = 64 * 1024;  // every signature covers them
inline constexpr std::size_t mls_extensions_max = 64;                       // in one list
inline constexpr std::size_t mls_capabilities_max = 256;                    // values in one list
inline constexpr std::size_t mls_external_senders_max = 256;                // of one group
inline constexpr std::size_t mls_psks_max = 64;                             // in one Welcome or commit
inline constexpr std::size_t mls_proposals_max = 8192;                      // in one commit
inline constexpr std::size_t mls_waiting_proposals_max = 1024;              // received and not yet committed

// Chosen by us: a node may lower them.
inline constexpr std::size_t rejected_runs_max = 64;        // of one session; more is no poor author's fault
inline constexpr std::size_t useless_frames_max = 4096;     // frames that told us nothing, at once
inline constexpr std::size_t useless_frames_a_second = 64;  // and for ever
inline constexpr std::size_t channel_members_max = 5000;
inline constexpr std::size_t channels_max = 1000;
inline constexpr std::size_t kept_epochs_max = 16;       // of one channel, whose commits can be followed
inline constexpr std::int64_t kept_epoch_days = 30;      // and for how long, but for those in use
inline constexpr std::size_t message_epochs_max = 256;   // of one channel, whose messages open
inline constexpr std::int64_t message_epoch_days = 90;   // and for how long, but for those in use
inline constexpr std::size_t wanted_entries_max = 64;    // whose keys a device asks for at once
inline constexpr std::size_t pending_commits_max = 4;    // of our own, made and not yet published
inline constexpr std::size_t own_offers_max = 4;         // key packages of ours that may still be used
inline constexpr std::size_t refused_commits_max = 256;  // of one channel, remembered as such
inline constexpr std::size_t waiting_entries_max =
    10'000;                                             // of one channel, remembered by what they wait for
inline constexpr std::size_t peers_max = 512;           // connections at one time
inline constexpr std::size_t fetch_peers_max = 32;      // peers asked for one document
inline constexpr std::size_t fetch_window_max = 32;     // chunks asked of one peer at a time
inline constexpr std::size_t fetch_in_flight_max = 64;  // chunks asked of all peers together
inline constexpr std::size_t document_revisions_max = 10'000;  // of one document, all languages together
inline constexpr std::size_t revisions_waiting_max = 256;  // of one document, whose predecessor has not come
inline constexpr std::uint64_t small_document_bytes = 1024 * 1024;  // fetched without being asked for
inline constexpr std::size_t guest_links_max = 16;                  // connections of holders of tickets
inline constexpr std::size_t guest_frames_max = 64;    // what one of those may send before it is a member
inline constexpr std::size_t search_bytes_max = 1024;  // what a person types to search for
inline constexpr std::size_t dial_targets_max = 512;
inline constexpr std::size_t dials_at_once_max = 16;  // attempts under way

static_assert(payload_bytes_max + 4096 <= frame_bytes_max,
              "an entry fits into a frame with what travels beside it");
static_assert(run_bytes_wanted < run_bytes_max);
static_assert(run_bytes_max + 32 * run_entries_max + 4096 <= frame_bytes_max,
              "a run fits into a frame even when each of its payloads became a hash");
static_assert(parcel_bytes_max + 4096 <= frame_bytes_max,
              "a parcel fits into a frame with what travels beside it");
static_assert(invitation_bytes_max + 4096 <= parcel_bytes_max, "an invitation fits into a parcel, sealed");
static_assert(2 * frame_bytes_max <= window_bytes, "a frame is sent while another one is being stored");
static_assert(channels_max <= offer_tags_max);
static_assert(heads_logs_max * 88 <= frame_bytes_max, "a message about heads fits into a frame");
static_assert(chunk_bytes_max + 4096 <= frame_bytes_max,
              "a chunk fits into a frame with what travels beside it");
static_assert(chunk_plain_bytes_max + 8 * 1024 <= chunk_bytes_max,
              "a chunk fits into its sealed form with padding and tag");
static_assert(guest_links_max < peers_max && guest_frame_bytes_max < frame_bytes_max,
              "the guest lane is the narrow one");
static_assert(text_bytes_max + 16 * 1024 <= payload_bytes_max,
              "a text fits into a payload with its seal and padding");
static_assert((sealed_keys_max * 88 + 1024) * 112 / 100 <= payload_bytes_max,
              "an epoch's entry fits into a payload with its seal and padding");
static_assert(commit_seats_max * (68 + 84) + 1024 <= commit_piece_bytes_max,
              "what a commit says in the open fits into one entry");
static_assert(commit_message_bytes_max / commit_piece_bytes_max + 1 < commit_parts_max);
static_assert((commit_piece_bytes_max + 1024) * 112 / 100 + 1024 <= payload_bytes_max,
              "a piece of a commit fits into a payload with its seal and padding");
static_assert(invitation_bytes_max + 4096 <= frame_bytes_max, "an invitation fits into a frame");

// Identity: fixed by the protocol.
inline constexpr std::size_t validity_days_max = 1830;  // of an accreditation or certificate: five years
inline constexpr std::size_t directory_object_bytes_max = 4096;
inline constexpr std::size_t ticket_addresses_max = 4;
inline constexpr std::size_t ticket_text_bytes_max = 4096;
inline constexpr std::size_t join_request_bytes_max = 1024;
inline constexpr std::size_t join_reply_bytes_max = 240 * 1024;
inline constexpr std::size_t device_request_bytes_max = 512;
inline constexpr std::size_t handover_contacts_max =
    2048;  // decisions about people that a new device is given
inline constexpr std::size_t recovery_sheet_bytes_max = 8192;

// Identity: chosen by us.
inline constexpr std::size_t amendments_max = 256;
inline constexpr std::size_t directory_accreditations_max = 20'000;
inline constexpr std::size_t directory_revocations_max = 20'000;
inline constexpr std::size_t accreditations_by_one_max = 5000;  // by one accreditor who is no founder
inline constexpr std::size_t accreditations_of_one_max = 16;    // of one member by one accreditor: renewals
inline constexpr std::size_t accreditors_of_one_max = 8;        // of one member, founders not counted
inline constexpr std::size_t devices_of_one_max = 32;           // of one member, with the revoked
inline constexpr std::size_t revocations_of_one_max = 64;       // that concern one member, by one signer
inline constexpr std::size_t directory_waiting_max = 1024;      // objects that nothing vouches for yet

static_assert(join_reply_bytes_max + 4096 <= frame_bytes_max,
              "a join reply fits into a frame with what travels beside it");
static_assert(handover_contacts_max * 33 + devices_of_one_max * 133 <= join_reply_bytes_max / 3,
              "what is handed over leaves room for the welcome");
static_assert(device_request_bytes_max <= join_request_bytes_max);
static_assert(join_request_bytes_max <= guest_frame_bytes_max, "a join request fits into the guest lane");

}  // namespace liaise::limits
