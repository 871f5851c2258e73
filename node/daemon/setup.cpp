#include "node/daemon/setup.h"

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <unistd.h>

#include "node/control/convert.h"
#include "node/daemon/system.h"
#include "node/service/make_home.h"
#include "node/service/refusals.h"

namespace liaise::node::daemon {
namespace {

namespace api = ::liaise::control;

class Setup final : public api::Setup::Server {
  public:
    Setup(std::string home, RandomSource& random) : home_(std::move(home)), random_(random) {}

    kj::Promise<void> create(CreateContext context) override {
        const auto asked = context.getParams();
        service::NewHome wishes{asked.getName().cStr(),
                                asked.getRole().cStr(),
                                asked.getCountry().cStr(),
                                asked.getOrganisation().cStr(),
                                asked.getRank().cStr(),
                                {},
                                {}};
        wishes.passphrase =
            crypto::SecretBytes::copy_of({asked.getPassphrase().begin(), asked.getPassphrase().size()});
        auto made = service::HomeMaker::make(home_, wishes, random_, wall_clock());
        auto answer = context.getResults();
        if (!made) {
            control::write(made.refusal(), answer.initRefusal());
            return kj::READY_NOW;
        }
        maker_ = std::move(made).value();
        answer.setMemberId(maker_->member().text().c_str());
        const std::string_view sheet = text_of(maker_->sheet().view());
        answer.setRecoverySheet(capnp::Text::Reader(std::string(sheet).c_str(), sheet.size()));
        auto groups = answer.initCheckGroups(2);
        for (unsigned i = 0; i < 2; ++i) groups.set(i, static_cast<std::uint32_t>(maker_->groups().at(i)));
        return kj::READY_NOW;
    }

    kj::Promise<void> createDevice(CreateDeviceContext context) override {
        const auto asked = context.getParams();
        const auto passphrase =
            crypto::SecretBytes::copy_of({asked.getPassphrase().begin(), asked.getPassphrase().size()});
        const auto made = service::HomeMaker::make_device(home_, asked.getTicket().cStr(), passphrase, {},
                                                          random_, wall_clock());
        if (!made) control::write(made.refusal(), context.getResults().initRefusal());
        return kj::READY_NOW;
    }

    kj::Promise<void> confirm(ConfirmContext context) override {
        const auto typed = context.getParams().getGroups();
        auto answer = context.getResults();
        if (maker_ == nullptr) {
            control::write(service::refusals::home_missing(home_), answer.initRefusal());
            return kj::READY_NOW;
        }
        for (unsigned i = 0; i < typed.size() && i < 2; ++i) {
            const std::size_t group = maker_->groups().at(i);
            if (maker_->group_fits(group, typed[i].cStr())) continue;
            control::write(service::refusals::sheet_not_written_down(group), answer.initRefusal());
            return kj::READY_NOW;
        }
        if (const auto kept = maker_->keep(); !kept) control::write(kept.refusal(), answer.initRefusal());
        return kj::READY_NOW;
    }

  private:
    std::string home_;
    RandomSource& random_;
    std::unique_ptr<service::HomeMaker> maker_;
};

}  // namespace

int run_setup(const std::string& home, RandomSource& random) {
    auto io = kj::setupAsyncIo();
    auto stream = io.lowLevelProvider->wrapSocketFd(STDIN_FILENO);
    capnp::TwoPartyVatNetwork network(*stream, capnp::rpc::twoparty::Side::SERVER);
    auto rpc = capnp::makeRpcServer(network, kj::heap<Setup>(home, random));
    network.onDisconnect().wait(io.waitScope);
    return 0;
}

}  // namespace liaise::node::daemon
