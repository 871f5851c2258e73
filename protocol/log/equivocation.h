// Equivocation: one writer signed two different entries at one place in its log (docs/protocol/log.md,
// "Forks").
//
// The proof is the two signed headers, 380 bytes, smaller id first, so that one pair has one form.
//
// - Anyone can check it with nothing else at hand; only the holder of the writer key can make it.
// - A different signature over an equal header makes a different id, and counts: the chain binds signatures.
//   Nobody else can vary a signature (libsodium refuses the known forms), so an honest writer cannot be
//   framed.
// - The log ends before the lowest place for which a proof is known. Whoever sees a lower one moves the end
//   down; so nodes that exchange proofs agree, whichever branch and whichever proof came first.
#pragma once

#include "protocol/log/entry.h"

namespace liaise::log {

class EquivocationProof {
  public:
    static constexpr std::size_t size_bytes = 2 * signed_header_bytes;

    // not_permitted when the two do not contradict each other (another log, another place, or the same
    // entry); not_authentic when a signature does not verify.
    static Result<EquivocationProof> make(const SignedHeader& one, const SignedHeader& other);
    // The same checks, and malformed for the pair in the wrong order.
    static Result<EquivocationProof> parse(BytesView bytes);

    Bytes encode() const;
    const ChannelId& channel() const { return first_.header.channel; }
    const WriterKey& writer() const { return first_.header.writer; }
    std::uint64_t sequence() const { return first_.header.sequence; }
    const SignedHeader& first() const { return first_; }
    const SignedHeader& second() const { return second_; }

    auto operator<=>(const EquivocationProof&) const = default;

  private:
    EquivocationProof(const SignedHeader& first, const SignedHeader& second)
        : first_(first), second_(second) {}

    SignedHeader first_;
    SignedHeader second_;
};

}  // namespace liaise::log
