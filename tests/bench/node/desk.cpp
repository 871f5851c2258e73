#include "tests/bench/node/desk.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "cli/client_connection.h"
#include "cli/process.h"
#include "tests/bench/rig/measure.h"

namespace liaise::bench {
namespace {

constexpr std::size_t piece_bytes = 256 * 1024;
constexpr unsigned poll_milliseconds = 2;

class Sink final : public api::MessageSink::Server {
  public:
    explicit Sink(std::function<void()> arrived) : arrived_(std::move(arrived)) {}
    kj::Promise<void> message(MessageContext) override {
        arrived_();
        return kj::READY_NOW;
    }
    kj::Promise<void> end(EndContext) override { return kj::READY_NOW; }

  private:
    std::function<void()> arrived_;
};

class Counter final : public api::ByteSink::Server {
  public:
    explicit Counter(Desk::Fetched& fetched) : fetched_(fetched) {}
    kj::Promise<void> write(WriteContext context) override {
        if (fetched_.bytes == 0) fetched_.here_at = seconds_now();
        fetched_.bytes += context.getParams().getBytes().size();
        return kj::READY_NOW;
    }
    kj::Promise<void> end(EndContext) override { return kj::READY_NOW; }

  private:
    Desk::Fetched& fetched_;
};

// Bytes that no compression makes smaller, the same in every run.
void fill_with_noise(std::vector<std::uint64_t>& words, std::uint64_t& state) {
    for (std::uint64_t& word : words) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        word = state;
    }
}

}  // namespace

double run_client(const std::vector<std::string>& arguments) {
    std::string program = LIAISE_PROGRAM;
    std::vector<std::string> words = arguments;
    std::vector<char*> argv{program.data()};
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = -1;
    const double start = seconds_now();
    const int spawned = posix_spawn(&child, program.c_str(), &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (spawned != 0) throw std::runtime_error("cannot run " + program);
    int status = 0;
    waitpid(child, &status, 0);
    const double took = seconds_now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error("liaise " + arguments.at(2) + " failed");
    return took;
}

api::Control::Client& Desk::control() {
    return line_->control;
}

Desk::Desk(kj::AsyncIoContext& io, const std::filesystem::path& folder, std::string name, std::string country)
    : io_(io),
      home_(folder / name),
      pass_(folder / "pass"),
      name_(std::move(name)),
      country_(std::move(country)) {
    setenv("LIAISED", LIAISED_PROGRAM, 1);
    if (!std::filesystem::exists(pass_)) std::ofstream(pass_) << passphrase << '\n';
    std::filesystem::permissions(pass_, std::filesystem::perms::owner_read);
    run_client({"--home", home_.string(), "init", "--name", name_, "--role", "focal-point", "--country",
                country_, "--passphrase-file", pass_.string(), "--recovery-file", home_.string() + ".sheet"});
}

Desk::~Desk() {
    try {
        down();
    } catch (...) {
        // The folder goes away with the benchmark; a daemon that is gone already is no matter.
    }
}

void Desk::fail(const char* sentence) {
    throw std::runtime_error(sentence);
}

double Desk::up(bool listening) {
    cli::DaemonStart start;
    start.home = home_;
    if (listening) start.listen = {address_};
    start.passphrase = passphrase;
    const double began = seconds_now();
    cli::start_daemon(start);
    const double took = seconds_now() - began;
    line_ = std::make_unique<cli::ControlLine>(*io_.lowLevelProvider, home_);
    process_ = static_cast<pid_t>(ask(control().statusRequest()).getStatus().getPid());
    if (listening) address_ = "127.0.0.1:" + std::to_string(port());
    return took;
}

void Desk::down() {
    if (!line_) return;
    line_.reset();
    run_client({"--home", home_.string(), "down"});
}

std::uint16_t Desk::port() {
    const auto answer = ask(control().statusRequest());
    const std::string address = answer.getStatus().getListening()[0].cStr();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

void Desk::found(const std::string& network) {
    auto request = control().foundNetworkRequest();
    request.setName(network);
    ask(request);
}

void Desk::join(Desk& inviter) {
    auto request = inviter.control().createTicketRequest();
    request.setRole("focal-point");
    request.setCountry(country_);
    request.setValidMilliseconds(3'600'000);
    const auto ticket = inviter.ask(request);
    auto joining = control().joinRequest();
    joining.setTicket(ticket.getTicket().getText());
    joining.setWaitMilliseconds(20'000);
    ask(joining);
}

void Desk::create_channel(const std::string& channel) {
    auto request = control().createChannelRequest();
    request.setName(channel);
    request.setKind("discussion");
    request.setHistory("from-start");
    ask(request);
}

void Desk::invite(const std::string& channel, const Desk& who) {
    auto request = control().inviteRequest();
    request.setChannel(channel);
    request.setWho(who.name());
    ask(request);
}

void Desk::wait_for_channel(const std::string& channel) {
    for (;;) {
        auto request = control().channelRequest();
        request.setChannel(channel);
        if (!request.send().wait(io_.waitScope).hasRefusal()) return;
        sleep(poll_milliseconds);
    }
}

kj::Promise<void> Desk::post(const std::string& channel, const std::string& text) {
    auto request = control().postRequest();
    request.setChannel(channel);
    request.setText(text);
    return request.send().then([](auto&& answer) { refuse_if(answer); });
}

void Desk::post_many(const std::string& channel, std::size_t count, std::size_t bytes, std::size_t window) {
    std::size_t begun = 0;
    const std::function<kj::Promise<void>()> go_on = [&]() -> kj::Promise<void> {
        if (begun == count) return kj::READY_NOW;
        std::string text = "note " + std::to_string(begun++) + " of the practice, ";
        while (text.size() < bytes) text += "told in plain words; ";
        text.resize(bytes);
        return post(channel, text).then([&go_on] { return go_on(); });
    };
    auto lanes = kj::heapArrayBuilder<kj::Promise<void>>(window);
    for (std::size_t i = 0; i < window; ++i) lanes.add(go_on());
    kj::joinPromises(lanes.finish()).wait(io_.waitScope);
}

std::uint64_t Desk::messages(const std::string& channel) {
    auto request = control().channelRequest();
    request.setChannel(channel);
    auto answer = request.send().wait(io_.waitScope);
    return answer.hasRefusal() ? 0 : answer.getChannel().getMessages();
}

void Desk::wait_for_messages(const std::string& channel, std::uint64_t count) {
    while (messages(channel) < count) sleep(poll_milliseconds);
}

void Desk::wait_in_step() {
    auto request = control().syncRequest();
    request.setWaitMilliseconds(60'000);
    if (!ask(request).getInStep()) fail("not in step after a minute");
}

void Desk::wait_for_hit(const std::string& word) {
    for (;;) {
        auto request = control().searchRequest();
        request.setQuery(word);
        request.setLimit(1);
        if (ask(request).getHits().size() > 0) return;
        sleep(50);
    }
}

std::string Desk::publish(const std::string& channel, std::uint64_t bytes) {
    auto request = control().publishRequest();
    auto draft = request.initDraft();
    draft.setChannel(channel);
    draft.setTitle("Recording");
    draft.setLanguage("en");
    draft.setKind("training");
    draft.setFileName("recording.bin");
    auto upload = ask(request).getUpload();
    std::vector<std::uint64_t> words(piece_bytes / sizeof(std::uint64_t));
    std::uint64_t state = 0x9e3779b97f4a7c15;
    for (std::uint64_t at = 0; at < bytes; at += piece_bytes) {
        fill_with_noise(words, state);
        auto write = upload.writeRequest(capnp::MessageSize{piece_bytes / 8 + 16, 0});
        write.setBytes({reinterpret_cast<const kj::byte*>(words.data()),
                        std::min<std::uint64_t>(piece_bytes, bytes - at)});
        write.send().wait(io_.waitScope);
    }
    return ask(upload.finishRequest()).getDocument().getId().cStr();
}

void Desk::wait_for_document(const std::string& document) {
    for (;;) {
        auto request = control().documentRequest();
        request.setDocument(document);
        if (!request.send().wait(io_.waitScope).hasRefusal()) return;
        sleep(poll_milliseconds);
    }
}

Desk::Fetched Desk::fetch(const std::string& document) {
    Fetched fetched;
    auto request = control().getDocumentRequest();
    request.setDocument(document);
    request.setSink(kj::heap<Counter>(fetched));
    request.setWaitMilliseconds(600'000);
    ask(request);
    fetched.taken_at = seconds_now();
    return fetched;
}

kj::Own<void> Desk::follow(const std::string& channel, std::function<void()> arrived) {
    auto request = control().followRequest();
    request.setChannel(channel);
    request.setSink(kj::heap<Sink>(std::move(arrived)));
    auto answer = ask(request);
    return kj::heap<api::Subscription::Client>(answer.getSubscription());
}

void Desk::sleep(unsigned milliseconds) {
    io_.provider->getTimer().afterDelay(milliseconds * kj::MILLISECONDS).wait(io_.waitScope);
}

}  // namespace liaise::bench
