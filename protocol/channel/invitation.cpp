#include "protocol/channel/invitation.h"

#include <algorithm>

#include "protocol/base/parcel_limits.h"
#include "protocol/channel/sealed_letter.h"
#include "protocol/channel/wire.h"

namespace liaise::channel {

namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t body_version = 2;
constexpr LetterKind kind{1, "liaise/1 invitation\0"sv};

// A charter by itself is a content like any other, with no time and no causes.
Bytes encode_charter(const Charter& charter) {
    return encode(validate({{}, Handling::clear, {}, charter}).value());
}

Result<Charter> decode_charter(BytesView bytes) {
    const ValidatedContent content = LIAISE_TRY(decode(bytes));
    const auto* const charter = content.as<Charter>();
    if (charter == nullptr) return Error{ErrorCode::malformed, "invitation without a charter"};
    return *charter;
}

Bytes encode_body(const Invitation& invitation) {
    Writer writer;
    writer.u8(body_version).fixed(invitation.channel).fixed(invitation.device).u32(invitation.term);
    write_ref(writer, invitation.founding);
    writer.fixed(invitation.epoch).raw(invitation.tag_key.view());
    write_ref(writer, invitation.charter_entry);
    writer.sized16(encode_charter(invitation.charter));
    writer.u32(static_cast<std::uint32_t>(invitation.epoch_keys.size()));
    for (const auto& [id, key] : invitation.epoch_keys) writer.fixed(id).raw(key.view());
    writer.u32(static_cast<std::uint32_t>(invitation.entry_keys.size()));
    for (const auto& [entry, key] : invitation.entry_keys) {
        write_ref(writer, entry);
        writer.raw(key.view());
    }
    writer.u64(invitation.number).sized32(invitation.seated.welcome).sized32(invitation.seated.tree);
    return std::move(writer).take();
}

Result<crypto::Key> read_key(Reader& reader) {
    return crypto::Key::copy_of(LIAISE_TRY(reader.raw(crypto::Key::size_bytes)));
}

Result<Invitation> decode_body(BytesView bytes) {
    Reader reader(bytes);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != body_version)
        return Error{ErrorCode::unsupported, "invitation of another version", version};
    Invitation out;
    out.channel = LIAISE_TRY(reader.fixed<ChannelId>());
    out.device = LIAISE_TRY(reader.fixed<DeviceId>());
    out.term = LIAISE_TRY(reader.u32());
    out.founding = LIAISE_TRY(read_ref(reader));
    out.epoch = LIAISE_TRY(reader.fixed<EpochId>());
    out.tag_key = LIAISE_TRY(read_key(reader));
    out.charter_entry = LIAISE_TRY(read_ref(reader));
    out.charter = LIAISE_TRY(decode_charter(LIAISE_TRY(reader.sized16(limits::payload_bytes_max))));
    // Counts are bounded by the bytes that are here: a record is read before the next is asked for.
    for (std::uint32_t left = LIAISE_TRY(reader.u32()); left > 0; --left) {
        const auto id = LIAISE_TRY(reader.fixed<EpochId>());
        const crypto::Key key = LIAISE_TRY(read_key(reader));
        if (epoch_id_of(out.channel, key) != id)
            return Error{ErrorCode::not_authentic, "invitation with a key that is not its epoch's"};
        out.epoch_keys.emplace_back(id, key);
    }
    for (std::uint32_t left = LIAISE_TRY(reader.u32()); left > 0; --left) {
        const EntryRef entry = LIAISE_TRY(read_ref(reader));
        out.entry_keys.emplace_back(entry, LIAISE_TRY(read_key(reader)));
    }
    out.number = LIAISE_TRY(reader.u64());
    out.seated.welcome = to_bytes(LIAISE_TRY(reader.sized32(limits::whole_parcel_bytes_max)));
    out.seated.tree = to_bytes(LIAISE_TRY(reader.sized32(limits::whole_parcel_bytes_max)));
    LIAISE_TRY(reader.end());
    return out;
}

}  // namespace

std::optional<crypto::Key> key_of_entry(const ChannelState& state, const Keyring& keyring, const EntryRef& at,
                                        const EpochId& sealed_under) {
    const WriterFact* const writer = state.writer(at.log);
    if (writer == nullptr) return std::nullopt;
    if (const crypto::Key* const epoch = keyring.find(sealed_under))
        return entry_key(*epoch, state.id(), writer->writer, at.sequence);
    if (const crypto::Key* const key = keyring.find_entry(at)) return *key;
    return std::nullopt;
}

namespace {

// Of every policy entry, and of the parts of commits, that no key among the invitation's opens.
void add_entry_keys(const ChannelState& state, const Keyring& keyring, Invitation& out) {
    std::set<EpochId> given;
    for (const auto& [id, key] : out.epoch_keys) given.insert(id);
    for (const auto& [at, fact] : state.facts()) {
        if (given.contains(fact.sealed_under)) continue;
        const auto* const commit = std::get_if<CommitFact>(&fact.what);
        const std::uint64_t parts = commit == nullptr ? 0 : commit->parts;
        for (std::uint64_t back = 0; back <= parts && back < at.sequence; ++back) {
            const EntryRef entry{at.sequence - back, at.log};
            if (const auto key = key_of_entry(state, keyring, entry, fact.sealed_under))
                out.entry_keys.emplace_back(entry, *key);
        }
    }
}

Result<Invitation> invitation_for(const ChannelState& state, const Keyring& keyring, const Invitee& invitee,
                                  const std::optional<GroupWelcome>& welcome) {
    const Charter* const charter = state.charter();
    const bool directory = charter != nullptr && charter->kind == ChannelKind::directory;
    if (charter == nullptr || (!directory && !state.rank_of(state.own().member)))
        return Error{ErrorCode::not_permitted, "we are no convener of this channel"};
    const EpochId epoch = welcome ? welcome->commit.key : epoch_for(state, keyring, KeysWanted{});
    if (keyring.find(epoch) == nullptr)
        return Error{ErrorCode::unavailable, "channel waits for a new key first"};
    Invitation out{state.id(),
                   invitee.device.id,
                   invitee.term,
                   state.founding(),
                   epoch,
                   keyring.tag_key,
                   state.charter_entry(),
                   *charter,
                   {},
                   {},
                   welcome ? welcome->commit.to.number : 0,
                   welcome ? welcome->seated : GroupKeys::Seated{}};
    if (charter->history == History::from_start) {
        out.epoch_keys.assign(keyring.epochs().begin(), keyring.epochs().end());
    } else {
        out.epoch_keys.emplace_back(epoch, *keyring.find(epoch));
    }
    add_entry_keys(state, keyring, out);
    return out;
}

}  // namespace

Result<Bytes> seal_invitation(const ChannelState& state, const Keyring& keyring, const Invitee& invitee,
                              const std::optional<GroupWelcome>& welcome, const OwnDevice& own,
                              const crypto::SigningKey& device_key, RandomSource& random) {
    const Bytes body = encode_body(LIAISE_TRY(invitation_for(state, keyring, invitee, welcome)));
    Writer letter;
    letter.sized32(body).sized16(own.credential);
    letter.fixed(device_key.sign(crypto::Purpose::invitation, body));
    Bytes parcel = LIAISE_TRY(seal_letter(kind, letter.view(), invitee.device, random));
    if (parcel.size() > limits::whole_parcel_bytes_max)
        return Error{ErrorCode::too_large, "channel has more history than an invitation carries"};
    return parcel;
}

Result<OpenedInvitation> open_invitation(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox,
                                         const Accreditations& accreditations) {
    if (parcel.size() > limits::whole_parcel_bytes_max)
        return Error{ErrorCode::too_large, "invitation over its limit", parcel.size()};
    const auto letter = LIAISE_TRY(open_letter(kind, parcel, device, inbox));
    Reader reader(letter.view());
    const BytesView body = LIAISE_TRY(reader.sized32(limits::whole_parcel_bytes_max));
    const BytesView credential = LIAISE_TRY(reader.sized16(limits::credential_bytes_max));
    const auto signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    const ProvenDevice inviter = LIAISE_TRY(accreditations.prove(credential));
    LIAISE_TRY(crypto::verify(inviter.signing_key, crypto::Purpose::invitation, body, signature));
    Invitation invitation = LIAISE_TRY(decode_body(body));
    if (invitation.device != device)
        return Error{ErrorCode::not_authentic, "invitation was written for another device"};
    const bool directory = invitation.charter.kind == ChannelKind::directory;
    if (!directory && !rank_in(invitation.charter, inviter.member))
        return Error{ErrorCode::not_permitted, "inviter is no convener of the channel"};
    return OpenedInvitation{std::move(invitation), inviter};
}

Result<Founding> accept(const Invitation& invitation, const OwnDevice& own,
                        const crypto::SigningKey& device_key, const crypto::SigningKey& writer,
                        const OwnPackages& published, Time now) {
    if (invitation.device != own.device.device)
        return Error{ErrorCode::not_authentic, "invitation was written for another device"};
    const WriterKey writer_key = log::writer_key_of(writer);
    const OwnPlace place{own.device.member, own.device.device, writer_key, invitation.term};
    Founding out{{invitation.channel, invitation.founding, place, invitation.epoch}, {}, {}, {}};
    if (invitation.charter.kind != ChannelKind::directory) {
        out.group.emplace(invitation.channel, place.seat());
        if (!invitation.seated.welcome.empty())
            static_cast<void>(out.group->join(invitation.seated, invitation.number, published, now));
    }
    add_keys(invitation, out.keyring);
    out.keyring.tag_key = invitation.tag_key;
    out.keyring.writer_seed = writer.seed();
    out.keyring.set_current(invitation.epoch);
    out.plan.bodies.emplace_back(
        introduce(invitation.channel, writer_key, invitation.term, own.credential, device_key));
    return out;
}

bool add_keys(const Invitation& invitation, Keyring& keyring) {
    bool any = false;
    for (const auto& [id, key] : invitation.epoch_keys) any = keyring.add(id, key) || any;
    for (const auto& [entry, key] : invitation.entry_keys) any = keyring.add_entry(entry, key) || any;
    return any;
}

}  // namespace liaise::channel
