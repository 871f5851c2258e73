// A person at work: a home of its own, the real daemon on it, and a line to its control socket. All desks of
// a benchmark share one KJ loop.
#pragma once

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/schema/control.capnp.h"

namespace liaise::cli {
struct ControlLine;
}

namespace liaise::bench {

namespace api = ::liaise::control;

// Runs the client as a person would, its output thrown away; the seconds it took. Throws where it fails.
double run_client(const std::vector<std::string>& arguments);

class Desk {
  public:
    static constexpr const char* passphrase = "a passphrase for the benchmark";

    // Makes the home.
    Desk(kj::AsyncIoContext& io, const std::filesystem::path& folder, std::string name, std::string country);
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    const std::filesystem::path& home() const { return home_; }
    const std::string& name() const { return name_; }
    pid_t process() const { return process_; }
    std::uint16_t port();  // where it listens

    // Starts the daemon and waits until it is ready; how long that took from the start of the process.
    double up(bool listening);
    void down();

    void found(const std::string& network);
    void join(Desk& inviter);
    void create_channel(const std::string& channel);
    void invite(const std::string& channel, const Desk& who);
    void wait_for_channel(const std::string& channel);
    // Posts of `bytes`, `window` in flight at a time.
    void post_many(const std::string& channel, std::size_t count, std::size_t bytes, std::size_t window);
    std::uint64_t messages(const std::string& channel);
    // Until this many messages of the channel are readable here.
    void wait_for_messages(const std::string& channel, std::uint64_t count);
    void wait_in_step();
    // Until the newest message with this word is found by it.
    void wait_for_hit(const std::string& word);

    std::string publish(const std::string& channel, std::uint64_t bytes);
    void wait_for_document(const std::string& document);
    // Fetches it and takes its bytes. The daemon hands nothing over before all of it is here and durable.
    struct Fetched {
        double here_at = 0, taken_at = 0;  // seconds_now()
        std::uint64_t bytes = 0;
    };
    Fetched fetch(const std::string& document);

    // Calls back with each new message of the channel while the subscription is held.
    kj::Own<void> follow(const std::string& channel, std::function<void()> arrived);
    kj::Promise<void> post(const std::string& channel, const std::string& text);

    template <class Request>
    auto ask(Request&& request) {
        auto answer = request.send().wait(io_.waitScope);
        refuse_if(answer);
        return answer;
    }
    api::Control::Client& control();
    void sleep(unsigned milliseconds);

  private:
    template <class Answer>
    static void refuse_if(const Answer& answer) {
        if (answer.hasRefusal()) fail(answer.getRefusal().getSentence().cStr());
    }
    [[noreturn]] static void fail(const char* sentence);

    kj::AsyncIoContext& io_;
    std::filesystem::path home_, pass_;
    std::string name_, country_;
    std::string address_ = "127.0.0.1:0";  // once it is up: the port that it was given, kept
    std::unique_ptr<cli::ControlLine> line_;
    pid_t process_ = -1;
};

}  // namespace liaise::bench
