@0xb0d7c5a2f19e4c31;

# The control API of a node: what `liaise` speaks with `liaised`, over the Unix socket `control.sock` in the home (mode 0600; the
# daemon compares the peer's user id with its own). Any language with Cap'n Proto can speak it.
#
# Conventions:
# - Every result has a field `refusal`. Where it is set, nothing else is, and nothing has changed.
# - A member, channel, document, ticket or message is named by its id, a unique prefix of the id, or its name where that is unique.
# - Times are milliseconds since 1970 in UTC. Texts are UTF-8; texts that come from others are NOT safe to print raw.
# - Field numbers are never reused.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liaise::control");

struct Refusal {
  exit @0 :UInt8;       # 1 failed, 2 usage, 4 not allowed, 5 not found (3, not running, is the client's own)
  sentence @1 :Text;    # what happened, why, what to do
}

struct Person {
  id @0 :Text;
  name @1 :Text;
  role @2 :Text;         # focal-point, organiser, liaison, coordinator, researcher, relay
  country @3 :Text;      # ISO 3166-1 alpha-2
  organisation @4 :Text;
  rank @5 :Text;
  standing @6 :Text;     # accredited, expired, revoked, unknown
  contact @7 :Text;      # new, verified, changed, verify-later
  verified @8 :Bool;
  from @9 :Int64;        # the accreditation's span
  until @10 :Int64;
  accreditor @11 :Text;  # name of who signed it
  lookAlikes @12 :List(Text);  # names of other members that look the same
  devices @13 :UInt32;
  self @14 :Bool;
  founder @15 :Bool;
  connected @16 :Bool;
  forked @17 :Bool;      # proof is held that a device of theirs wrote two different entries at one place
  muted @18 :Bool;       # in some channel at least
  alias @19 :Text;       # of somebody who has one in a channel: the name alone; `name` says what it is. Empty: a person
  behind @20 :Text;      # the person's name, where this node knows: it convenes the channel, or is theirs
}

struct Network {
  id @0 :Text;
  name @1 :Text;
  created @2 :Int64;
  founders @3 :List(Text);
  threshold @4 :UInt32;
  policy @5 :List(PolicyLine);
  members @6 :UInt32;
  struct PolicyLine {
    role @0 :Text;
    mayAccredit @1 :List(Text);
  }
}

struct Ticket {
  id @0 :Text;
  text @1 :Text;        # the ticket itself, only in the answer to createTicket
  role @2 :Text;
  country @3 :Text;
  state @4 :Text;       # open, used, expired, revoked
  created @5 :Int64;
  expires @6 :Int64;
  usedBy @7 :Text;
}

struct DeviceTicket {
  # Adds a device to this member's own.
  id @0 :Text;
  text @1 :Text;        # the ticket itself, only in the answer to addDevice
  name @2 :Text;        # of the device, as its owner calls it; may be empty
  state @3 :Text;       # open, asked (a device has come with it), added, denied, expired
  created @4 :Int64;
  expires @5 :Int64;
  words @6 :List(Text); # once a device asked: both screens show the same
  deviceId @7 :Text;
}

struct Device {
  # One of this member's own.
  id @0 :Text;
  name @1 :Text;        # known to the owner's devices alone; may be empty
  state @2 :Text;       # active, expired, revoked
  added @3 :Int64;
  seen @4 :Int64;       # when this device met it last; 0: never
  thisOne @5 :Bool;
  connected @6 :Bool;
  identity @7 :Bool;    # it is known to hold the identity key
}

struct DeviceJoin {
  # How far a home is with becoming another device of somebody.
  state @0 :Text;       # reaching, unreachable, comparing, joined, refused; empty: the home is somebody's
  words @1 :List(Text); # while comparing
  member @2 :Text;      # joined: whose device it became, and in which network
  network @3 :Text;
  sentence @4 :Text;    # refused: why, and what to do
}

struct Channel {
  id @0 :Text;
  name @1 :Text;
  purpose @2 :Text;
  kind @3 :Text;        # discussion, announcement, library, direct
  history @4 :Text;     # from-joining, from-start
  created @5 :Int64;
  messages @6 :UInt64;
  documents @7 :UInt64;
  waiting @8 :UInt64;   # entries whose key has not come yet
  epoch @9 :UInt64;
  convener @10 :Bool;   # this member is one
  state @11 :Text;      # open, left, removed, joining; where one is not in: listed, may-ask (under an alias), asked (to enter), denied
  members @12 :List(Member);  # in the answers about one channel only
  warnings @13 :List(Text);
  ceiling @14 :Text;    # nothing is handled more strictly: clear, green, amber, amber-strict, red
  retentionDays @15 :UInt32;  # how long payloads are kept; 0: without end
  unread @16 :UInt64;
  listed @17 :Bool;     # announced to the whole network
  requests @18 :UInt32; # to enter, that wait for an answer; for conveners
  announcedBy @19 :List(Person);  # where one is not in: whose word all of this is
  asked @20 :Int64;     # when one asked to enter; 0: never
  reason @21 :Text;     # of a denial
  invited @22 :Bool;    # one is in it by somebody's invitation, and was not shown the charter yet
  aliases @23 :Text;    # what is shown of members who have an alias: full, role, accredited; none: there are none
  alias @24 :Text;      # one's own here, or the one that one asks under
  struct Member {
    person @0 :Person;
    convener @1 :Bool;
    place @2 :UInt32;   # among the conveners, 1 the highest; 0: none
  }
}

struct Charter {
  # A channel's rules from then on, until the next. Signed by its author, like every entry.
  id @0 :Text;          # of its entry, as a message's
  channelId @1 :Text;
  name @2 :Text;
  purpose @3 :Text;
  kind @4 :Text;
  history @5 :Text;
  ceiling @6 :Text;
  retentionDays @7 :UInt32;
  conveners @8 :List(Person);  # the highest first
  authorId @9 :Text;
  author @10 :Text;
  role @11 :Text;
  country @12 :Text;
  verified @13 :Bool;
  time @14 :Int64;
  inForce @15 :Bool;
  changes @16 :List(Text);     # of the charter before: sentences
  receipts @17 :Bool;          # members' nodes say what was read
  listed @18 :Bool;            # announced to the whole network
  source @19 :Text;            # entry (signed, in the channel); announced: what its author says to those who are not in
  aliases @20 :Text;           # none, full, role, accredited
}

struct CharterWishes {
  # What is left empty stays as it is, or is what a new channel has.
  name @0 :Text;
  purpose @1 :Text;
  kind @2 :Text;               # discussion, announcement, library; of a new channel alone
  history @3 :Text;            # from-joining, from-start; of a new channel alone
  ceiling @4 :Text;
  retentionDays @5 :Int64 = -1;  # negative: as it is
  receipts @6 :Text;           # on, off; empty: as it is
  listed @7 :Text;             # on, off; empty: as it is
}

struct Request {
  # Somebody asks to enter a channel.
  channelId @0 :Text;
  channel @1 :Text;
  person @2 :Person;
  asked @3 :Int64;             # by the asker's clock
  taken @4 :Int64;             # by this node's
  note @5 :Text;
  alias @6 :Text;              # under which they ask; empty: in their own name
}

struct Reaction {
  reaction @0 :Text;
  by @1 :List(Text);    # names
  mine @2 :Bool;
}

struct Message {
  id @0 :Text;          # "17.k3f9x2mqabcde": sequence and log
  channelId @1 :Text;
  channel @2 :Text;
  authorId @3 :Text;
  author @4 :Text;
  role @5 :Text;
  country @6 :Text;
  verified @7 :Bool;
  mine @8 :Bool;
  time @9 :Int64;       # as its author said
  orderTime @10 :Int64; # as it is sorted
  text @11 :Text;
  handling @12 :Text;   # TLP 2.0: clear, green, amber, amber-strict, red
  kind @13 :Text;       # post, document, notice
  state @14 :Text;      # stored (here), delivered (at another member's device), read, retracted, expired, hidden
  replyTo @15 :Text;
  edited @16 :Bool;
  reactions @17 :List(Reaction);
  pinnedBy @18 :Text;   # empty: not pinned
  hiddenBy @19 :Text;   # a convener who took it out of sight; then there is no text
  reason @20 :Text;     # of that
  mentions @21 :List(Text);  # names of those whom the text names with "@"
  mentionsMe @22 :Bool;
  unread @23 :Bool;     # not shown to this user yet
  deliveredTo @24 :UInt32;   # of one's own: devices of other members that have it
  deliveredOf @25 :UInt32;   # ... of so many
  readBy @26 :UInt32;   # members who have read it; only where the channel's charter turns receipts on
}

struct Document {
  id @0 :Text;
  revision @1 :UInt32;
  revisions @2 :UInt32;
  channelId @3 :Text;
  channel @4 :Text;
  title @5 :Text;
  language @6 :Text;
  kind @7 :Text;        # good-practice, protocol, guideline, statement, report, training
  fileName @8 :Text;    # made safe
  mediaType @9 :Text;   # decided here from the content, never taken from the sender
  licence @10 :Text;
  handling @11 :Text;
  countries @12 :List(Text);
  topics @13 :List(Text);
  populations @14 :List(Text);
  bytes @15 :UInt64;
  bytesHere @16 :UInt64;
  authorId @17 :Text;
  author @18 :Text;
  role @19 :Text;
  country @20 :Text;
  verified @21 :Bool;
  time @22 :Int64;
  state @23 :Text;      # here, partial, elsewhere
  note @24 :Text;
}

struct DocumentDraft {
  channel @0 :Text;
  document @1 :Text;    # empty for a new one, else the one to revise
  title @2 :Text;       # a revision keeps what is left empty
  language @3 :Text;
  kind @4 :Text;
  fileName @5 :Text;
  licence @6 :Text;
  note @7 :Text;
  countries @8 :List(Text);
  topics @9 :List(Text);
  populations @10 :List(Text);
}

struct Peer {
  name @0 :Text;
  address @1 :Text;
  state @2 :Text;       # connected, in-step, dialling, waiting
  memberId @3 :Text;
}

enum Act {
  edit @0;              # text: the new one
  retract @1;           # a message of one's own, or all one's own revisions of a document
  react @2;             # text: a sign or a short word
  unreact @3;
  pin @4;
  unpin @5;
  hide @6;              # text: the reason, which everybody sees
  unhide @7;
}

struct Waiting {
  # Entries of one log that cannot be shown yet.
  channelId @0 :Text;
  channel @1 :Text;
  what @2 :Text;        # key (of an epoch), introduction (of their author), entries (that have not come)
  from @3 :Text;        # their author's name, where it is known
  log @4 :Text;
  first @5 :UInt64;     # sequence numbers
  last @6 :UInt64;
  count @7 :UInt64;
  since @8 :Int64;
  asked @9 :List(Text); # names of connected members who were asked for it
}

struct Delivery {
  message @0 :Message;
  devices @1 :List(Device);
  struct Device {
    name @0 :Text;      # of the member
    memberId @1 :Text;
    deviceId @2 :Text;
    state @3 :Text;     # waiting (it is not known to have it), delivered, read
  }
}

struct Status {
  name @0 :Text;
  role @1 :Text;
  country @2 :Text;
  memberId @3 :Text;
  network @4 :Text;
  networkId @5 :Text;
  state @6 :Text;       # ready, locked, no-network
  listening @7 :List(Text);
  peers @8 :List(Peer);
  channels @9 :UInt64;
  entries @10 :UInt64;
  waiting @11 :UInt64;
  inStep @12 :Bool;
  warnings @13 :List(Text);
  version @14 :Text;
  pid @15 :UInt32;
  home @16 :Text;
  requests @17 :UInt32;     # to enter channels that one convenes, that wait for an answer
  invitations @18 :UInt32;  # into channels whose charter this person was not shown yet
}

struct Finding {
  subject @0 :Text;
  severity @1 :Text;    # good, note, warning, error
  sentence @2 :Text;
}

struct SearchHit {
  union {
    message @0 :Message;
    document @1 :Document;
  }
  snippet @2 :Text;
}

interface ByteSink {
  # Takes the bytes of a document in order. `end` comes once, after the last.
  write @0 (bytes :Data) -> stream;
  end @1 ();
}

interface Upload {
  # Bytes of a document, in pieces of at most 256 KiB. Dropped before `finish`, it leaves nothing behind.
  write @0 (bytes :Data) -> stream;
  finish @1 () -> (document :Document, refusal :Refusal);
}

interface MessageSink {
  # Takes each new message, in the order in which they become readable, and each that was edited once more. Of what muted members
  # write it is told that there was one: `kind` is "muted", and nothing but the channel is set.
  message @0 (message :Message) -> stream;
  end @1 ();
  # No more will come: the sink took its messages too slowly, or the node was locked. Read what came after the last message, and
  # follow again.
}

interface Subscription {}
# Held for as long as messages are wanted.

interface Control {
  status @0 () -> (status :Status, refusal :Refusal);
  doctor @1 () -> (findings :List(Finding), refusal :Refusal);
  stop @2 () -> (refusal :Refusal);
  # Answers once everything is on disk and the sockets are closed; the process ends then.
  lock @3 () -> (refusal :Refusal);
  # Wipes the keys from memory and closes the store. Only status, unlock and stop answer afterwards.
  unlock @4 (passphrase :Data) -> (refusal :Refusal);

  foundNetwork @5 (name :Text) -> (network :Network, refusal :Refusal);
  network @6 () -> (network :Network, refusal :Refusal);

  createTicket @7 (role :Text, country :Text, validMilliseconds :Int64) -> (ticket :Ticket, refusal :Refusal);
  tickets @8 () -> (tickets :List(Ticket), refusal :Refusal);
  revokeTicket @9 (ticket :Text) -> (ticket :Ticket, refusal :Refusal);
  join @10 (ticket :Text, waitMilliseconds :Int64) -> (network :Network, refusal :Refusal);

  people @11 () -> (people :List(Person), refusal :Refusal);
  person @12 (who :Text) -> (person :Person, refusal :Refusal);
  safetyWords @13 (who :Text) -> (words :List(Text), person :Person, refusal :Refusal);
  setContact @14 (who :Text, state :Text) -> (person :Person, refusal :Refusal);
  revoke @15 (who :Text, reason :Text) -> (person :Person, refusal :Refusal);

  createChannel @16 (name :Text, purpose :Text, kind :Text, history :Text, ceiling :Text, retentionDays :UInt32,
                     receipts :Text, listed :Bool, aliases :Text)
      -> (channel :Channel, refusal :Refusal);
  channels @17 (all :Bool) -> (channels :List(Channel), refusal :Refusal);
  # One's own, and those one asked to enter; all: those that are announced, too.
  channel @18 (channel :Text) -> (channel :Channel, refusal :Refusal);
  invite @19 (channel :Text, who :Text) -> (channel :Channel, refusal :Refusal);
  remove @20 (channel :Text, who :Text) -> (channel :Channel, refusal :Refusal);
  leave @21 (channel :Text) -> (refusal :Refusal);

  post @22 (channel :Text, text :Text, replyTo :Text) -> (message :Message, refusal :Refusal);
  read @23 (channel :Text, limit :UInt32, before :Text, after :Text, thread :Text, unread :Bool, mentions :Bool, pinned :Bool,
            markRead :Bool) -> (messages :List(Message), refusal :Refusal, muted :UInt32);
  # Oldest first; with neither `before` nor `after`, the newest `limit`. unread, mentions, pinned: those alone. markRead: what is
  # given counts as read. muted: how many more there are, from members who are muted here.
  follow @24 (channel :Text, sink :MessageSink) -> (subscription :Subscription, refusal :Refusal);

  publish @25 (draft :DocumentDraft) -> (upload :Upload, refusal :Refusal);
  documents @26 (channel :Text) -> (documents :List(Document), refusal :Refusal);
  document @27 (document :Text) -> (document :Document, refusal :Refusal);
  history @28 (document :Text) -> (documents :List(Document), refusal :Refusal);
  getDocument @29 (document :Text, revision :UInt32, sink :ByteSink, waitMilliseconds :Int64) -> (document :Document, refusal :Refusal);
  # revision 0: the newest. Fetches what is missing from peers first.

  search @30 (query :Text, channel :Text, limit :UInt32) -> (hits :List(SearchHit), refusal :Refusal, incomplete :Bool,
                                                            muted :UInt32);
  # Newest first. `incomplete`: the index of older messages is still being made.

  mark @38 (act :Act, message :Text, text :Text) -> (message :Message, refusal :Refusal);
  waiting @39 (channel :Text) -> (waiting :List(Waiting), refusal :Refusal);
  mute @40 (who :Text, channel :Text, on :Bool) -> (person :Person, refusal :Refusal);
  # In one channel, or in all. Nobody but this user learns of it.
  delivery @41 (message :Text) -> (delivery :Delivery, refusal :Refusal);

  sync @31 (waitMilliseconds :Int64) -> (inStep :Bool, peers :UInt32, refusal :Refusal);
  # Waits until in step with every connected peer, at most so long.

  charters @32 (channel :Text) -> (charters :List(Charter), refusal :Refusal);
  # Those that ruled, oldest first; the last is in force.
  amend @33 (channel :Text, change :CharterWishes) -> (charter :Charter, refusal :Refusal);
  unseenCharter @34 (channel :Text) -> (charter :Charter, refusal :Refusal);
  # The charter in force where none of this channel was shown to this person yet, and none the next time.
  promote @35 (channel :Text, who :Text, place :UInt32) -> (charter :Charter, refusal :Refusal);
  # Makes a member a convener, or moves one, to this place; 1 is the highest, 0 stands for the lowest.
  demote @36 (channel :Text, who :Text) -> (charter :Charter, refusal :Refusal);
  handOver @37 (channel :Text, who :Text) -> (refusal :Refusal);
  # Puts a member next below oneself among the conveners, and leaves.
  direct @42 (who :Text) -> (channel :Channel, refusal :Refusal);
  # The direct channel with this person, made where there is none.

  addDevice @43 (name :Text, validMilliseconds :Int64) -> (ticket :DeviceTicket, refusal :Refusal);
  deviceTickets @44 () -> (tickets :List(DeviceTicket), refusal :Refusal);
  approveDevice @45 (ticket :Text) -> (ticket :DeviceTicket, refusal :Refusal);
  # After the owner has compared the words. A ticket by id or the device's name; empty: the only one that waits.
  denyDevice @46 (ticket :Text) -> (ticket :DeviceTicket, refusal :Refusal);
  devices @47 () -> (devices :List(Device), refusal :Refusal);
  renameDevice @48 (device :Text, name :Text) -> (device :Device, refusal :Refusal);
  revokeDevice @49 (device :Text, reason :Text, sheet :Data) -> (device :Device, refusal :Refusal);
  # sheet: the recovery sheet as typed, where this device has no identity key; else empty.
  joinAsDevice @50 (ticket :Text) -> (refusal :Refusal);
  # On the new device: begins anew with another ticket.
  deviceJoin @51 () -> (join :DeviceJoin, refusal :Refusal);
  request @52 (channel :Text, note :Text, convener :Text, alias :Text) -> (channel :Channel, refusal :Refusal);
  # Asks the conveners who announce it to be let in. convener: which one is meant, where several channels have that name.
  # alias: the name to be there under; empty: one's own.
  withdrawRequest @53 (channel :Text) -> (refusal :Refusal);
  requests @54 (channel :Text) -> (requests :List(Request), refusal :Refusal);
  # The oldest first. channel empty: of all channels that one convenes.
  approve @55 (channel :Text, who :Text) -> (channel :Channel, refusal :Refusal);
  deny @56 (channel :Text, who :Text, reason :Text) -> (refusal :Refusal);
  accept @57 (channel :Text) -> (channel :Channel, refusal :Refusal);
  # Of a channel that one is invited into: one has seen its charter, and stays.
  decline @58 (channel :Text) -> (refusal :Refusal);
  # ... or leaves.
  letAsk @59 (channel :Text, who :Text) -> (refusal :Refusal);
  # Lets somebody ask to enter under an alias, also where the channel is not listed.
}

interface Setup {
  # Spoken by `liaised --setup` over its standard input, which is one end of a socket pair, to the client that started it: makes a home.
  create @0 (name :Text, role :Text, country :Text, organisation :Text, rank :Text, passphrase :Data)
      -> (memberId :Text, recoverySheet :Text, checkGroups :List(UInt32), refusal :Refusal);
  # The sheet is shown once. `checkGroups` are the numbers of the groups that the person is asked to retype.
  confirm @1 (groups :List(Text)) -> (refusal :Refusal);
  # With the groups retyped, or none where the sheet went to a file. Without confirm nothing is left behind.
  createDevice @2 (ticket :Text, passphrase :Data) -> (refusal :Refusal);
  # A home for another device of somebody: once started it asks with this ticket, until it is answered.
}
