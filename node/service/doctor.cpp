// What a status and an examination say.
#include "node/service/app_node.h"
#include "protocol/crypto/secret.h"

namespace liaise::node::service {
namespace {

constexpr Duration certificate_warning = std::chrono::days{60};
constexpr Duration accreditation_warning = std::chrono::days{30};

constexpr const char* set_it_right =
    "Set it right: messages are sorted by it, and accreditations and tickets expire by it.";

std::string day_of(Time time) {
    return to_rfc3339(time).substr(0, 10);
}

std::string minute_of(Time time) {
    std::string text = to_rfc3339(time).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

std::string amount_of(Duration span) {
    using namespace std::chrono_literals;
    const auto of = [span](Duration unit, const char* name) {
        return std::to_string((span + unit / 2) / unit) + name;
    };
    return span < 2h ? of(1min, " minutes") : span < 48h ? of(1h, " hours") : of(24h, " days");
}

std::string sentence_of(const ClockWatch::Verdict& clock, const Trust& trust) {
    const std::string off = "This computer's clock is " + amount_of(std::chrono::abs(clock.behind)) +
                            (clock.behind > Duration::zero() ? " behind " : " ahead of ");
    const auto witness = trust.directory().member_of(clock.witness);
    if (clock.met == 1 && witness)
        return off + "that of " + trust.name_of(*witness) +
               ": one of the two is wrong. If it is yours, set it " +
               "right: messages are sorted by it, and accreditations and tickets expire by it.";
    return off + "those of " + std::to_string(clock.agreeing) + " of the " + std::to_string(clock.met) +
           " peers that were met. " + set_it_right;
}

// An accreditation that does not hold may be too old, or the clock may be wrong: nobody can tell from here.
std::string sentence_of_standing(const PersonView& self, Time now) {
    const std::string today = " by this computer's clock, which says " + day_of(now) + ". ";
    if (self.standing == "expired" && now < self.from)
        return "Your accreditation begins only on " + day_of(self.from) + today + "Set the clock right.";
    if (self.standing == "expired")
        return "Your accreditation ended on " + day_of(self.until) + today +
               "Set the clock right if it is wrong; else ask " + self.accreditor + " for a new one.";
    return "Your accreditation is " + self.standing + ": others do not take what you write.";
}

}  // namespace

StatusView AppNode::status(Time now) {
    StatusView status;
    const PersonView self = trust_.view(core_.own.member());
    status.name = core_.own.profile.name;
    status.role = self.role.empty() ? std::string(identity::text_of(core_.own.profile.role)) : self.role;
    status.country = self.country.empty() ? std::string(core_.own.profile.country.code()) : self.country;
    status.member_id = core_.own.member().text();
    if (device_join_.nobodys()) status.name = status.role = status.country = status.member_id = "";
    status.state = trust_.in_network() ? "ready" : "no-network";
    if (const auto network = membership_.network()) {
        status.network = network->name;
        status.network_id = network->id.text();
    }
    status.listening = membership_.listening();
    status.peers = peers_.views();
    for (auto& [id, channel] : channels_.all()) {
        if (&channel != channels_.directory()) ++status.channels;
        status.waiting += channels_.waiting_entries(channel);
        status.requests += requests_.queue(channel).size();
        status.invitations += is_invited(channel) ? 1 : 0;
        for (const auto& [writer, log] : channel.logs) status.entries += log.head.sequence;
    }
    status.in_step = peers_.in_step();
    for (const Finding& finding : doctor_quick(now))
        if (finding.severity == "warning" || finding.severity == "error")
            status.warnings.push_back(finding.sentence);
    return status;
}

// What costs nothing to look at.
std::vector<Finding> AppNode::doctor_quick(Time now) {
    std::vector<Finding> findings;
    const auto find = [&findings](const char* subject, const char* severity, std::string sentence) {
        findings.push_back({subject, severity, std::move(sentence)});
    };
    if (channels_.own_log_behind())
        find("backup", "error",
             "Peers hold newer entries of your own than this home does: it was restored from an old copy, "
             "and does not write.");
    if (device_join_.nobodys())
        find("device", "warning",
             "This home is to become another device of somebody, and is nobody's yet. Go on with `liaise "
             "device join`.");
    if (own_devices_.this_one_revoked())
        find("device", "error",
             "This device was revoked by its owner: others have shut it out, and what is written here goes "
             "nowhere.");
    if (core_.store.needs_restart())
        find(
            "disk", "error",
            "The disk refused to keep what was written" +
                (failed_write_ ? " at " + minute_of(failed_write_->when) : std::string()) +
                ": nothing that was acknowledged is lost, and nothing is taken in any more. Look at the disk "
                "and the space on it, then `liaise down` and `liaise up`.");
    else if (failed_write_)
        find("disk", "error",
             failed_write_->error.code == ErrorCode::exhausted
                 ? "The disk was full at " + minute_of(failed_write_->when) +
                       ": what was to be written then was refused, and nothing that was acknowledged is "
                       "lost. Free "
                       "some space; the node goes on by itself."
                 : "Writing to the store failed at " + minute_of(failed_write_->when) + " (" +
                       failed_write_->error.phrase +
                       "): nothing that was acknowledged is lost. Look at the disk.");
    for (const auto& [id, channel] : channels_.all())
        if (wants_convener(channel) && channel.state.own_rank())
            find("conveners", "warning", urge_convener(channel));
    const Time expires = core_.own.certificate.fields().expires;
    if (expires < now + certificate_warning)
        find("device", "warning", "This device's certificate ends on " + day_of(expires) + ".");
    if (trust_.in_network()) {
        const PersonView self = trust_.view(core_.own.member());
        if (self.standing != "accredited")
            find("accreditation", "error", sentence_of_standing(self, now));
        else if (self.until < now + accreditation_warning)
            find("accreditation", "warning",
                 "Your accreditation ends on " + day_of(self.until) + ". Ask " + self.accreditor +
                     " for a new one.");
    }
    if (core_.own.certificate.fields().created > now + ClockWatch::tolerated)
        find("clock", "error",
             "This computer's clock says " + minute_of(now) + ", which is before this home was made (" +
                 minute_of(core_.own.certificate.fields().created) + "). " + set_it_right);
    else if (const auto off = peers_.clocks().verdict())
        find("clock", "warning", sentence_of(*off, trust_));
    for (std::string& sentence : peers_.troubles()) find("peers", "warning", std::move(sentence));
    for (auto& [id, channel] : channels_.all())
        for (const std::string& warning : view(channel, false).warnings)
            find("channel", "warning", channel.name() + ": " + warning);
    return findings;
}

std::vector<Finding> AppNode::doctor(Time now) {
    std::vector<Finding> findings = doctor_quick(now);
    const auto find = [&findings](const char* subject, const char* severity, std::string sentence) {
        findings.push_back({subject, severity, std::move(sentence)});
    };
    const auto whole = core_.store.database().check_integrity();
    find("store", whole ? "good" : "error",
         whole ? "The store is whole: every page was read and its seal checked."
               : std::string("The store is damaged: ") + whole.error().phrase + ".");
    if (crypto::locked_memory_refused())
        find("memory", "warning",
             "The system does not let this process lock all its secrets in memory. Raise its limit (ulimit "
             "-l).");
    else
        find("memory", "good", "Secrets are in locked memory.");
    if (!trust_.in_network())
        find("network", "note", "This home belongs to no network yet. Join with `liaise join TICKET`.");
    if (membership_.listening().empty())
        find("listening", "note",
             "This node takes no connections: it dials others. Let it listen with `liaise up --listen "
             "ADDRESS:PORT`.");
    else
        find("listening", "good", "The door was tried at start, and refused a stranger's key.");
    if (!membership_.listening().empty() && membership_.announced().empty())
        find("listening", "warning",
             "This machine has no address that others could dial. Name where it is reached: `liaise up "
             "--announce "
             "HOST:PORT`.");
    for (const std::string& address : membership_.announced())
        find("listening", "note", "Others are told to dial " + address + ".");
    const auto peers = peers_.views();
    if (trust_.in_network() && peers.empty())
        find("peers", "note", "No peer is known that could be dialled.");
    std::size_t connected = 0;
    for (const PeerView& peer : peers)
        connected += peer.state == "connected" || peer.state == "in-step" ? 1 : 0;
    if (!peers.empty())
        find("peers", connected > 0 ? "good" : "warning",
             std::to_string(connected) + " of " + std::to_string(peers.size()) + " peers are connected.");
    std::size_t unverified = 0;
    for (const PersonView& person : trust_.everyone()) {
        if (!person.verified()) ++unverified;
        if (!person.look_alikes.empty())
            find("names", "warning",
                 "There is more than one member whose name looks like " + person.name +
                     ". Compare their ids.");
    }
    if (unverified > 0)
        find("contacts", "note",
             std::to_string(unverified) +
                 " members are not verified. Compare safety words: `liaise verify NAME`.");
    const auto unchecked = core_.store.entries().unverified(1);
    if (unchecked && !unchecked->empty())
        find("signatures", "note",
             "Some entries stand under a later signature; their own are being checked in idle time.");
    return findings;
}

}  // namespace liaise::node::service
