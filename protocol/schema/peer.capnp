@0xd3f3a6c41e0b9a57;
# What two peers say to each other, once CURVE has connected them: the specification of the control frames
# (docs/protocol/peer.md has the states and rules, and the layouts of the bulk frames).
#
# A frame is one byte that says its type, then its body. Types 1 to 31 are messages of this file: one segment,
# canonical, packed, without a segment table, at most 256 KiB unpacked. Types from 32 on carry bulk (runs, chunks,
# parcels, credit) in layouts of their own, because a reader there must find entries in place, not through pointers.
#
# Numbers of fields and types are never used again. A reader ignores fields it does not know; a message whose
# meaning would change gets a new type and a feature bit.
#
# "Handle": each side numbers what it offered, from 0, in the order in which its tags were sent. A message about a
# channel carries its sender's handle. Hashes, keys and ids are Data of their exact size; anything else is malformed.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liaise::schema::peer");

struct Hello {
  # Type 1. The first frame of each side, and sent once.

  versionMin @0 :UInt16;
  versionMax @1 :UInt16;
  # The protocol versions that I speak. The session uses the highest that both speak; where there is none, the
  # side that notices says goodbye with tooOld or tooNew (as seen by who says it: "you are too old").

  features @2 :UInt64;
  # Bits of what I can do beyond the version. Those that both set are in use. None is defined yet; unknown bits
  # are ignored.

  device @3 :Data;
  # 32 bytes: my device id. It must be the one that the connection's transport key is accredited for.

  nonce @4 :Data;
  # 32 random bytes, fresh for each session.

  clock @5 :UInt64;
  # What my clock says, in milliseconds since 1970 in UTC; 0: I do not say. Decides nothing: it lets you tell your
  # user when the two clocks are far apart.
}

struct Proof {
  # Type 2. The second frame of each side, after the other's Hello came.

  signature @0 :Data;
  # 64 bytes: my device key's Ed25519 signature, purpose "hello", over
  #   version in use u16 | my role u8 (1 = I dialled, 2 = I listened) | my device id | your device id |
  #   my transport key | your transport key | my nonce | your nonce | hash of my Hello frame | hash of yours
  # (big-endian; hashes are BLAKE2b-256 over the whole frame, so that neither versions nor features can be changed
  # on the way). It binds the session to the people, whatever CURVE proved: a handshake relayed with a stolen
  # listener key carries another transport key, and a reflected proof the wrong role.
}

struct Offer {
  # Type 3. The channels that I believe we share. Sent once after the proofs, and again whenever I have more.

  tags @0 :Data;
  # 8 bytes for each: the first of keyed BLAKE2b-256 (key: the channel's tag key) over
  # "liaise/1 channel-tag" 0x00 | session transcript 32 | my role u8, in random order among random decoys, padded
  # to 8, 16, 32, ... tags. Who lacks the tag key can neither recognise a channel nor test a guess; the
  # transcript makes tags of two sessions unlinkable, and the role makes a reflected tag match nothing. Handles
  # go on counting from the previous Offer's last.
}

struct Withdraw {
  # Type 4. I no longer share these channels with you, or under another tag key from now on.

  handles @0 :List(UInt32);
}

struct Summaries {
  # Type 5. Where I stand in channels that we found to share; once for each, when it is found.

  summaries @0 :Data;
  # handle u16 | fingerprint 16 for each: the first half of the frontier's fingerprint (docs/protocol/log.md). Equal
  # ones end the matter; otherwise each side sends its frontier as Heads.
}

struct Heads {
  # Type 6. How far logs reach at my node, durably. Serves as frontier, acknowledgement, announcement and request.

  handle @0 :UInt32;
  logs @1 :Data;
  # A frontier's encoding (docs/protocol/log.md): for each log its writer key, head and fork, sorted.

  frontier @2 :Bool;
  # Part of my whole frontier, sent after unequal summaries: logs between the last one of the part before and the
  # last one here (or the end) that are not listed are empty at my node.

  more @3 :Bool;
  # With `frontier`: another part follows.

  ask @4 :Bool;
  # Send me what follows these heads, as far as you have it; where you have nothing, send me your heads.

  lazy @5 :Bool;
  # What others wrote reached me sooner on another way: from now on announce it to me in this channel instead of
  # sending it. An `ask` takes this back.
}

struct Trail {
  # Type 7. We hold different entries at one place of a log; to find the first, ids along my branch.

  handle @0 :UInt32;
  writer @1 :Data;
  # 32 bytes.

  points @2 :Data;
  # sequence u64 | entry id 32, for up to 32 places, ascending.
}

struct Claim {
  # Type 8. The signed header that I hold where yours differs, so that you can complete the proof.

  handle @0 :UInt32;
  entry @1 :Data;
  # 190 bytes: header and signature.
}

struct Fork {
  # Type 9. A writer signed two entries at one place.

  handle @0 :UInt32;
  proof @1 :Data;
  # 380 bytes (docs/protocol/log.md).
}

struct WantChunks {
  # Type 10. Document chunks that I would like to have, in the order of my interest. Each is answered by a chunk
  # frame or by ChunksMissing.

  handle @0 :UInt32;
  # A channel whose members may have them.

  chunks @1 :Data;
  # 32 bytes for each: chunk ids, 1 to 64. At most 64 are unanswered at any time.
}

struct ChunksMissing {
  # Type 11. Chunks that you wanted and that I do not have.

  handle @0 :UInt32;

  chunks @1 :Data;
}

struct ParcelsStored {
  # Type 12. Parcels of yours that are durable here.

  numbers @0 :List(UInt64);
  # As in your parcel frames.
}

struct Mark {
  # Type 14. Answer me with this number when we are in step: you hold durably all that I sent, I was sent all that you
  # have, and you have done with it what there is to do. One at a time: the next after the answer.

  number @0 :UInt64;
  # From 1, rising by one.
}

struct Marked {
  # Type 15. The answer. What I sent after it is news from after that moment.

  number @0 :UInt64;
}

struct Goodbye {
  # Type 13. The last frame of a session.

  reason @0 :Reason;

  enum Reason {
    done @0;
    # I am shutting down, or do not need the connection.

    tooOld @1;
    # You do not speak any version that is new enough for me.

    tooNew @2;
    # You no longer speak any version that I know.

    refused @3;
    # Your hello or proof is not right. Says no more on purpose.

    misbehaved @4;
    # You broke the protocol.

    overloaded @5;
    # You sent too much that was of no use, or I cannot take more now.

    stalled @6;
    # I waited too long.
  }
}
