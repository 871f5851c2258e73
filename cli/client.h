// The client's side of the control API: the only file of cli that knows of RPC. Calls wait for their answers;
// a refusal of the node is thrown as the Failure that it says.
//
// One Client is one connection, used by one thread. Where the daemon goes away in the middle, the call throws
// Failure{Exit::not_running}.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "cli/exit.h"
#include "cli/records.h"

namespace liaise::cli {

// How long a call may wait for others.
struct Wait {
    Milliseconds milliseconds = 0;
};

struct ReadQuery {
    std::string channel;  // empty: all
    std::uint32_t limit = 50;
    std::string before, after, thread;
    bool unread = false, mentions = false, pinned = false;
    bool mark_read = false;
};

enum class Act { edit, retract, react, unreact, pin, unpin, hide, unhide };

class Client {
  public:
    // Throws Failure{Exit::not_running} where nothing answers on the socket of this home.
    explicit Client(const std::filesystem::path& home);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    Status status();
    std::vector<Finding> doctor();
    void stop();
    void lock();
    void unlock(const std::string& passphrase);

    Network found_network(const std::string& name);
    Network network();

    Ticket create_ticket(const std::string& role, const std::string& country, Milliseconds valid);
    std::vector<Ticket> tickets();
    Ticket revoke_ticket(const std::string& ticket);
    Network join(const std::string& ticket, Wait wait);

    DeviceTicket add_device(const std::string& name, Milliseconds valid);
    std::vector<DeviceTicket> device_tickets();
    DeviceTicket approve_device(const std::string& ticket);
    DeviceTicket deny_device(const std::string& ticket);
    std::vector<Device> devices();
    Device rename_device(const std::string& device, const std::string& name);
    Device revoke_device(const std::string& device, const std::string& reason, const std::string& sheet);
    void join_as_device(const std::string& ticket);
    DeviceJoin device_join();

    std::vector<Person> people();
    Person person(const std::string& who);
    std::pair<std::vector<std::string>, Person> safety_words(const std::string& who);
    Person set_contact(const std::string& who, const std::string& state);
    Person revoke(const std::string& who, const std::string& reason);

    Channel create_channel(const CharterWishes& charter);
    // One's own, and those one asked to enter; `all`: the announced ones, too.
    std::vector<Channel> channels(bool all = false);
    Channel channel(const std::string& channel);
    Channel direct(const std::string& who);
    Channel invite(const std::string& channel, const std::string& who);
    Channel remove(const std::string& channel, const std::string& who);
    void leave(const std::string& channel);
    std::vector<Charter> charters(const std::string& channel);  // oldest first
    Charter amend(const std::string& channel, const CharterWishes& change);
    std::optional<Charter> unseen_charter(const std::string& channel);
    Charter promote(const std::string& channel, const std::string& who, std::uint32_t place);
    Charter demote(const std::string& channel, const std::string& who);
    void hand_over(const std::string& channel, const std::string& who);
    Channel request(const std::string& channel, const std::string& note, const std::string& convener,
                    const std::string& alias);
    void let_ask(const std::string& channel, const std::string& who);
    void withdraw_request(const std::string& channel);
    std::vector<Request> requests(const std::string& channel);
    Channel approve(const std::string& channel, const std::string& who);
    void deny(const std::string& channel, const std::string& who, const std::string& reason);
    Channel accept(const std::string& channel);
    void decline(const std::string& channel);

    Message post(const std::string& channel, const std::string& text, const std::string& reply_to);
    ReadAnswer read(const ReadQuery& query);
    Message mark(Act act, const std::string& message, const std::string& text);
    std::vector<Waiting> waiting(const std::string& channel);
    Delivery delivery(const std::string& message);
    Person mute(const std::string& who, const std::string& channel, bool on);

    // Hands over each new message until `take` says false (Followed::enough), the time is up, an interrupt or
    // termination signal comes (Followed::enough), or the daemon lets go because we were slow
    // (Followed::let_go: read what was missed, and follow again). `started` is called once messages flow.
    enum class Followed { enough, let_go };
    Followed follow(const std::string& channel, std::optional<Wait> at_most,
                    const std::function<void()>& started, const std::function<bool(const Message&)>& take);

    // Reads the document from `pieces` until that is empty.
    Document publish(const Draft& draft, const std::function<std::string_view()>& pieces);
    std::vector<Document> documents(const std::string& channel);
    Document document(const std::string& document);
    std::vector<Document> history(const std::string& document);
    // Hands the pieces of the document to `write`, in order.
    Document get_document(const std::string& document, std::uint32_t revision, Wait wait,
                          const std::function<void(std::string_view)>& write);

    SearchAnswer search(const std::string& query, const std::string& channel, std::uint32_t limit);
    std::uint32_t sync(Wait wait);  // the number of peers we are in step with

  private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

struct NewMember {
    std::string member_id, recovery_sheet;
    std::vector<std::uint32_t> check_groups;
};

// Speaks with a daemon started as `liaised --setup`, over the other end of its standard input.
class SetupClient {
  public:
    explicit SetupClient(int socket);  // taken over
    ~SetupClient();
    SetupClient(const SetupClient&) = delete;
    SetupClient& operator=(const SetupClient&) = delete;

    struct Request {
        std::string name, role, country, organisation, rank, passphrase;
    };
    NewMember create(const Request& request);
    void confirm(const std::vector<std::string>& groups);
    void create_device(const std::string& ticket, const std::string& passphrase);

  private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace liaise::cli
