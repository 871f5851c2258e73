#include "node/service/own_devices.h"

#include "node/service/kinds.h"
#include "node/service/naming.h"
#include "protocol/base/text.h"
#include "protocol/identity/recovery_sheet.h"
#include "protocol/identity/safety_words.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;

Refusal sheet_refused(const Error& error) {
    if (error.code == ErrorCode::not_authentic) return refusals::sheet_misread(error.at);
    return refusals::sheet_is_none(error.at);
}

}  // namespace

Result<void> OwnDevices::load() {
    guests_.clear();
    waiting_.clear();
    answers_.clear();
    names_.clear();
    seen_.clear();
    for (const auto& [id, ticket] : LIAISE_TRY(all_tickets())) {
        const auto kept = LIAISE_TRY(core_.store.secrets().get(secret::ticket, id.view()));
        if (!kept) continue;
        const auto secret = LIAISE_TRY(identity::TicketSecret::copy_of(kept->view()));
        guests_[identity::guest_key_of(secret).public_key()] = id;
    }
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::device_name, everything)))
        names_[LIAISE_TRY(DeviceId::from(kept.key))] = std::string(text_of(kept.value));
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::device_seen, everything))) {
        Reader reader(kept.value);
        seen_[LIAISE_TRY(DeviceId::from(kept.key))] = LIAISE_TRY(identity::read_time(reader));
    }
    return {};
}

DeviceView OwnDevices::view(const DeviceId& device) {
    DeviceView view;
    view.id = device;
    view.this_one = device == core_.own.device_id();
    view.identity = view.this_one && core_.own.identity.has_value();
    if (const auto name = names_.find(device); name != names_.end()) view.name = name->second;
    if (const auto seen = seen_.find(device); seen != seen_.end()) view.seen = seen->second;
    const identity::DeviceCertificate* const certificate =
        trust_.in_network() ? trust_.directory().certificate(device) : &core_.own.certificate;
    if (certificate != nullptr) view.added = certificate->fields().created + certificate_backdating;
    view.state = "active";
    if (!trust_.in_network()) return view;
    switch (
        trust_.directory().device_standing(device, core_.now()).value_or(identity::DeviceStanding::active)) {
        case identity::DeviceStanding::active:
            break;
        case identity::DeviceStanding::expired:
            view.state = "expired";
            break;
        case identity::DeviceStanding::revoked:
            view.state = "revoked";
            break;
    }
    return view;
}

Outcome<std::vector<DeviceView>> OwnDevices::list() {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<DeviceView> views;
    for (const DeviceId& device : trust_.directory().all_devices(core_.own.member()))
        views.push_back(view(device));
    std::sort(views.begin(), views.end(), [](const DeviceView& a, const DeviceView& b) {
        return std::tie(a.added, a.id) < std::tie(b.added, b.id);
    });
    return views;
}

Outcome<DeviceId> OwnDevices::find(const std::string& named) {
    std::vector<Named<DeviceId>> all;
    for (const DeviceView& each : LIAISE_TRY(list())) all.push_back({each.id, each.id.text(), each.name});
    return find_named("device", named, all);
}

Outcome<DeviceView> OwnDevices::revoke(const std::string& named, const std::string& reason,
                                       const crypto::SecretBytes& sheet) {
    const DeviceId device = LIAISE_TRY(find(named));
    if (device == core_.own.device_id()) return refusals::not_this_device();
    if (view(device).state == "revoked") return refusals::device_revoked_already();
    const auto why = identity::reason_from_text(reason.empty() ? "device-lost" : reason);
    if (!why)
        return refusals::bad_kind("reason", reason,
                                  "device-lost, key-exposed, superseded, left or unspecified");
    std::optional<crypto::SigningKey> signer = core_.own.identity;
    if (!sheet.view().empty()) {
        const auto seed = identity::parse_recovery_sheet(text_of(sheet.view()));
        if (!seed) return sheet_refused(seed.error());
        const auto keys = identity::IdentityKeys::derive(*seed);
        if (keys.identity.public_key() != core_.own.identity_key()) return refusals::sheet_of_another();
        signer = keys.succession;
    }
    if (!signer) return refusals::revoking_needs_sheet();
    identity::Revocation::Fields fields;
    fields.network = trust_.directory().network();
    fields.what = identity::Revoked::device;
    fields.member = core_.own.member();
    fields.device = device;
    fields.reason = *why;
    fields.time = core_.now();
    const auto revocation = identity::Revocation::issue(fields, *signer);
    if (!revocation) return refusals::internal("Revoking", revocation.error());
    identity::Directory trial = trust_.directory();
    const auto applied = trial.apply(*revocation);
    if (!applied || trial.device_standing(device, core_.now()) != identity::DeviceStanding::revoked)
        return refusals::may_not_revoke();
    LIAISE_TRY(or_refusal(membership_.put_into_directory(*revocation)));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return view(device);
}

Outcome<DeviceView> OwnDevices::rename(const std::string& named, const std::string& name) {
    const DeviceId device = LIAISE_TRY(find(named));
    if (const auto good = check_name(name, limits::name_bytes_max); !good)
        return refusals::bad_name("name of the device", good.error());
    LIAISE_TRY(or_refusal(core_.batch.write()));
    const auto put = core_.store.records().put(record::device_name, device.view(), bytes_of(name));
    if (!put) return refusals::from_store(put.error());
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    names_[device] = name;
    return view(device);
}

void OwnDevices::seen(const DeviceId& device) {
    if (!trust_.in_network() || trust_.directory().member_of(device) != core_.own.member()) return;
    seen_[device] = core_.now();
    Writer value;
    identity::write_time(value, core_.now());
    const auto kept = [&]() -> Result<void> {
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().put(record::device_seen, device.view(), value.view()));
        return {};
    }();
    if (!kept) core_.batch.fail(kept.error());
}

bool OwnDevices::this_one_revoked() const {
    return trust_.in_network() && trust_.directory().device_standing(core_.own.device_id(), core_.now()) ==
                                      identity::DeviceStanding::revoked;
}

}  // namespace liaise::node::service
