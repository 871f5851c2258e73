@0x9c1e5b7d04a3f862;

# What an entry says, inside its encryption (docs/protocol/content.md). Packed; one message, one segment table.
#
# The fields are explained from the author's side. Readers check every field (protocol/channel/content_validate.cpp) and refuse the
# whole where one is wrong: nothing in here was checked by anyone before. A body that a reader does not know is kept and shown as
# "from a newer version". Field numbers are never reused.
#
# - A reference to an entry is two numbers: the log's id as a big-endian number, and the sequence. Both zero: none.
# - A list of references is a list of such pairs, one after the other. Why no struct: half the bytes.
# - Ids and keys are Data of exactly their size.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liaise::schema");

struct Content {
  time @0 :Int64;            # when it was written by its author's clock, milliseconds since 1970 UTC; a claim
  handling @1 :Handling;     # how it may be passed on
  causes @2 :List(UInt64);   # references: the newest entries of other logs that the author had read, at most 16
  union {
    introduction @3 :Introduction;        # first entry of every log
    post @4 :Post;
    retract @5 :Retract;
    document @6 :Document;
    directoryObject @7 :DirectoryObject;  # in the directory channel only
    charter @8 :Charter;
    memberAdded @9 :MemberAdded;
    memberRemoved @10 :MemberRemoved;
    left @11 :Left;
    epoch @12 :Epoch;
    addresses @13 :Addresses;             # in the directory channel only
    keysWanted @14 :KeysWanted;
    commit @15 :Commit;
    commitPart @16 :CommitPart;
    acknowledgement @17 :Acknowledgement;
    offer @18 :Offer;
    edit @19 :Edit;
    reaction @20 :Reaction;
    pin @21 :Pin;
    hide @22 :Hide;
    lift @23 :Lift;
    seen @24 :Seen;
    charterAcknowledged @25 :CharterAcknowledged;
    announcement @26 :Announcement;       # in the directory channel only
    deviceRemoved @27 :DeviceRemoved;
  }
}

enum Handling {   # TLP 2.0
  clear @0;
  green @1;
  amber @2;
  amberStrict @3;
  red @4;
}

struct Introduction {
  # Who is behind this log's writer key. Nobody outside the channel's encryption learns it.
  credential @0 :Data;    # device certificate and accreditation chain, as protocol/identity encodes them
  signature @1 :Data;     # 64: by the device key, purpose writer-binding, over channel id 16, writer key 32, term 4
  term @2 :UInt32;        # the term of membership (MemberAdded.term) that this log belongs to
}

struct Post {
  text @0 :Text;             # UTF-8; what a terminal must not see is neutralised by whoever shows it
  replyToLog @1 :UInt64;
  replyToSequence @2 :UInt64;
  mentions @3 :Data;         # ids of members (32 each, ascending) whom the text names with "@"
}

struct Retract {
  log @0 :UInt64;            # an entry of the author's own logs: it is to be forgotten
  sequence @1 :UInt64;
  time @2 :Int64;            # when it was written, for those whom only the trace reaches; 0: it leaves none
}

struct Edit {
  # A new text for a post of the author's own. Of several the highest number counts.
  log @0 :UInt64;
  sequence @1 :UInt64;
  number @2 :UInt32;         # one more than the highest that the author knew of this post; 1 for the first
  text @3 :Text;
  mentions @4 :Data;         # as in Post
}

struct Reaction {
  # A word or sign to what somebody wrote. Its author takes it back with Retract.
  log @0 :UInt64;
  sequence @1 :UInt64;
  text @2 :Text;
}

struct Pin {
  # Shown among what is to be found at once. Taken back with Lift.
  log @0 :UInt64;
  sequence @1 :UInt64;
}

struct Hide {
  # A convener takes an entry out of everybody's sight; who did, and why, stays. Taken back with Lift.
  log @0 :UInt64;
  sequence @1 :UInt64;
  reason @2 :Text;
}

struct Lift {
  entries @0 :List(UInt64);  # references: Pin and Hide entries that are taken back
}

struct Seen {
  # What this device's user has read. Written only where the channel's charter turns receipts on.
  lasts @0 :List(UInt64);    # references: of each log the last entry up to which all was read
}

struct Document {
  id @0 :Data;               # 16, the same for all revisions: document_id_of (protocol/document/revision.h); empty in the first, whose place makes it
  revision @1 :UInt32;       # from 1
  previousLog @2 :UInt64;    # the entry of the revision that this one revises; none at 1
  previousSequence @3 :UInt64;
  title @4 :Text;
  language @5 :Text;         # BCP 47: "en", "pt-BR", "zh-Hant"
  countries @6 :List(Text);  # ISO 3166-1 alpha-2
  topics @7 :List(Text);
  populations @8 :List(Text);
  kind @9 :DocumentKind;
  licence @10 :Text;         # SPDX where there is one: "CC-BY-4.0"; may be empty
  fileName @11 :Text;        # as its author called it; made safe before any use
  note @12 :Text;            # what is new in this revision; may be empty
  manifest @13 :Data;        # the manifest reference of protocol/document: key, size, content hash, chunks
}

enum DocumentKind {
  goodPractice @0;
  protocol @1;
  guideline @2;
  statement @3;
  report @4;
  training @5;
}

struct DirectoryObject {
  # Charter, amendment, device certificate, accreditation or revocation, as protocol/identity encodes it. Signed by whom the
  # object says, whoever writes the entry; the directory judges it.
  bytes @0 :Data;
}

struct Addresses {
  # Where the device that writes this log can be reached; replaces what it said before. In the directory channel only.
  addresses @0 :List(Text);
}

struct Announcement {
  # "I convene this channel, and its charter reads so": by a convener of a listed channel, in the directory channel. Of several of one
  # member for one channel the highest number counts, then the highest device id.
  channel @0 :Data;            # 16
  number @1 :UInt32;           # one more than the highest that the author's devices used for this channel; 1 for the first
  card @2 :Charter;            # without parent and demotions; absent: announced no more
}

struct KeysWanted {
  # "Entries are here that I cannot open": written by the device that misses them. A convener who reads it sends it an
  # invitation once more, with the keys of all policy entries that it knows; of the entries named, who has their keys hands
  # them over.
  entries @0 :List(UInt64);   # pairs: log, sequence
  again @1 :Bool;              # it asked before, and nobody answered
}

struct Commit {
  # A commit of the channel's MLS group: what it does in the open, and the commit (docs/protocol/group.md, "Entries"). A message
  # that is too long for one entry begins in parts, which stand right before this entry in the same log.
  entry @0 :Data;              # laid out as protocol/channel/commit_fact.h says; it is hashed and compared as it is
}

struct CommitPart {
  bytes @0 :Data;              # of the message of the commit that follows in this log, in order
}

struct Acknowledgement {
  # A convener stands behind this commit, and all that led to it.
  commitLog @0 :UInt64;
  commitSequence @1 :UInt64;
}

struct Offer {
  # A key package: whoever commits next may seat the device that it proves. In the directory it serves any channel.
  keyPackage @0 :Data;         # an MLSMessage
  term @1 :UInt32;             # of the membership that the seat belongs to; 0 in the directory
  lost @2 :Bool;               # the device holds no state of the group, and so needs more than a Welcome
}

struct Charter {
  # The channel's rules. The first is written by the channel's founder; a later one replaces the one it names.
  parentLog @0 :UInt64;        # the charter entry that this one replaces; none in the first
  parentSequence @1 :UInt64;
  name @2 :Text;
  purpose @3 :Text;            # why this group exists: every list of people has a purpose
  kind @4 :ChannelKind;        # fixed at creation
  history @5 :History;         # fixed at creation
  handlingCeiling @6 :Handling;
  retentionDays @7 :UInt32;    # payloads older than this are forgotten; 0 keeps them
  conveners @8 :List(Data);    # member ids of 32, in rank order, highest first
  demotions @9 :List(Cut);     # one for each convener of the parent who is none any more
  receipts @10 :Bool;          # members' nodes say what was read (Seen)
  listed @11 :Bool;            # conveners announce it in the directory: whoever is accredited may ask to enter
  aliases @12 :AliasRule;      # fixed at creation: whether members may have a name here alone, and what is shown of them
}

struct Cut {
  # Where someone's say ends: of each log the last sequence that counts. Logs that are not listed count for nothing.
  member @0 :Data;             # 32
  lasts @1 :List(UInt64);      # references
}

enum AliasRule {
  none @0;
  fullCard @1;                 # the whole card of the person stands beside the alias
  roleAndCountry @2;
  accredited @3;               # that a convener saw a valid accreditation, and nothing else
}

struct AliasCard {
  # What the members see of somebody who has an alias. The convener who adds them vouches for it with the entry.
  name @0 :Text;               # chosen for this channel: letters, digits, spaces, "-", "'", "."
  shows @1 :AliasRule;         # the charter's; what it does not ask for is empty
  role @2 :Text;               # "focal-point"
  country @3 :Text;            # "KE"
  person @4 :Text;             # the name in the directory: of a full card only, like what follows
  organisation @5 :Text;
  rank @6 :Text;
}

enum ChannelKind {
  discussion @0;
  announcement @1;             # conveners write, members read
  library @2;
  direct @3;                   # two people
  directory @4;                # the network's own
}

enum History {
  fromJoining @0;
  fromStart @1;
}

struct MemberAdded {
  charterLog @0 :UInt64;       # the charter under which the author is a convener
  charterSequence @1 :UInt64;
  member @2 :Data;             # 32
  term @3 :UInt32;             # 1 the first time; after a removal one more than the removed term
  devices @4 :Data;            # device id 32, inbox key 32, again and again
  alias @5 :AliasCard;         # present: the member is an alias, whom no directory knows
}

struct MemberRemoved {
  charterLog @0 :UInt64;
  charterSequence @1 :UInt64;
  member @2 :Data;
  term @3 :UInt32;             # ends all terms up to this one
  lasts @4 :List(UInt64);      # of each of their logs the last entry that the author had; what follows does not count
}

struct DeviceRemoved {
  charterLog @0 :UInt64;
  charterSequence @1 :UInt64;
  member @2 :Data;
  term @3 :UInt32;             # of which the devices are members' devices no more; the member stays
  devices @4 :Data;            # 32 each, ascending
  lasts @5 :List(UInt64);      # as in MemberRemoved, of the logs of these devices
}

struct CharterAcknowledged {
  # A convener knows this charter, and has no vote under an older one any more.
  charterLog @0 :UInt64;
  charterSequence @1 :UInt64;
}

struct Left {
  term @0 :UInt32;             # the author's own
  lasts @1 :List(UInt64);      # as in MemberRemoved, for the author's logs on other devices
}

struct Epoch {
  # In the directory channel only: everywhere else commits of an MLS group bring the keys.
  charterLog @0 :UInt64;
  charterSequence @1 :UInt64;
  id @2 :Data;                 # 8: hash of channel and key
  number @3 :UInt64;           # the parent's and one; 1 for the first
  parent @4 :Data;             # 8; zeros for the first
  sealed @5 :Data;             # hint 8, encapsulation 32, sealed key 48, again and again: one for each device
  # More devices than fit into one entry: further entries with the same id.
}
