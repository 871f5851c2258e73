// An application core without a network: people, channels, messages and documents in memory, with the answers
// and refusals of a real one. For tests of the control API and of the client.
#pragma once

#include <map>

#include "node/service/node.h"

namespace liaise::test {

class FakeNode final : public node::service::Node {
  public:
    FakeNode(std::string name, std::string role, std::string country);

    // Knobs.
    bool answers = true;    // false: commands that wait for others are never answered
    bool hostile = false;   // true: what others wrote is full of terminal attacks
    bool indexing = false;  // true: the search index is behind
    std::size_t peers = 0;

    // Somebody else's doings.
    MemberId add_person(const std::string& name, const std::string& role, const std::string& country);
    // A channel of somebody else's: announced to all ("listed"), or one that we are invited to ("invited").
    void add_other(const std::string& name, const std::string& state, const std::string& by, Time now);
    void add_request(const std::string& channel, const std::string& who, const std::string& note, Time now);
    void arrive(const std::string& channel, const std::string& author, const std::string& text, Time now);

    node::service::StatusView status(Time now) override;
    std::vector<node::service::Finding> doctor(Time now) override;
    node::service::Outcome<node::service::NetworkView> found_network(const std::string& name,
                                                                     Time now) override;
    node::service::Outcome<node::service::NetworkView> network(Time now) override;
    node::service::Outcome<node::service::TicketView> create_ticket(const std::string& role,
                                                                    const std::string& country,
                                                                    Duration valid, Time now) override;
    node::service::Outcome<std::vector<node::service::TicketView>> tickets(Time now) override;
    node::service::Outcome<node::service::TicketView> revoke_ticket(const std::string& ticket,
                                                                    Time now) override;
    void join(const std::string& ticket, Time now,
              node::service::Callback<node::service::NetworkView> done) override;
    node::service::Outcome<node::service::DeviceTicketView> add_device(const std::string& name,
                                                                       Duration valid, Time now) override;
    node::service::Outcome<std::vector<node::service::DeviceTicketView>> device_tickets(Time now) override;
    node::service::Outcome<node::service::DeviceTicketView> approve_device(const std::string& ticket,
                                                                           Time now) override;
    node::service::Outcome<node::service::DeviceTicketView> deny_device(const std::string& ticket,
                                                                        Time now) override;
    node::service::Outcome<std::vector<node::service::DeviceView>> devices(Time now) override;
    node::service::Outcome<node::service::DeviceView> rename_device(const std::string& device,
                                                                    const std::string& name,
                                                                    Time now) override;
    node::service::Outcome<node::service::DeviceView> revoke_device(const std::string& device,
                                                                    const std::string& reason,
                                                                    const crypto::SecretBytes& sheet,
                                                                    Time now) override;
    node::service::Outcome<node::service::Done> join_as_device(const std::string& ticket, Time now) override;
    node::service::Outcome<node::service::DeviceJoinView> device_join(Time now) override;
    node::service::Outcome<std::vector<node::service::PersonView>> people(Time now) override;
    node::service::Outcome<node::service::PersonView> person(const std::string& who, Time now) override;
    node::service::Outcome<std::vector<std::string>> safety_words(const std::string& who, Time now) override;
    node::service::Outcome<node::service::PersonView> set_contact(const std::string& who,
                                                                  const std::string& state,
                                                                  Time now) override;
    node::service::Outcome<node::service::PersonView> revoke(const std::string& who,
                                                             const std::string& reason, Time now) override;
    using Node::create_channel;
    node::service::Outcome<node::service::ChannelView> create_channel(
        const node::service::CharterRequest& charter, Time now) override;
    node::service::Outcome<std::vector<node::service::ChannelView>> channels(Time now) override;
    node::service::Outcome<node::service::ChannelView> channel(const std::string& channel, Time now) override;
    node::service::Outcome<node::service::ChannelView> direct(const std::string& who, Time now) override;
    node::service::Outcome<node::service::ChannelView> invite(const std::string& channel,
                                                              const std::string& who, Time now) override;
    node::service::Outcome<node::service::ChannelView> remove(const std::string& channel,
                                                              const std::string& who, Time now) override;
    node::service::Outcome<node::service::Done> leave(const std::string& channel, Time now) override;
    node::service::Outcome<std::vector<node::service::CharterView>> charters(const std::string& channel,
                                                                             Time now) override;
    node::service::Outcome<node::service::CharterView> amend(const std::string& channel,
                                                             const node::service::CharterRequest& change,
                                                             Time now) override;
    node::service::Outcome<std::optional<node::service::CharterView>> unseen_charter(
        const std::string& channel, Time now) override;
    node::service::Outcome<node::service::CharterView> promote(const std::string& channel,
                                                               const std::string& who, std::size_t place,
                                                               Time now) override;
    node::service::Outcome<node::service::CharterView> demote(const std::string& channel,
                                                              const std::string& who, Time now) override;
    node::service::Outcome<node::service::Done> hand_over(const std::string& channel, const std::string& who,
                                                          Time now) override;
    node::service::Outcome<std::vector<node::service::ChannelView>> listed_channels(Time now) override;
    using Node::request;
    node::service::Outcome<node::service::Done> let_ask(const std::string& channel, const std::string& who,
                                                        Time now) override;
    node::service::Outcome<node::service::ChannelView> request(const std::string& channel,
                                                               const std::string& note,
                                                               const std::string& convener,
                                                               const std::string& alias, Time now) override;
    node::service::Outcome<node::service::Done> withdraw_request(const std::string& channel,
                                                                 Time now) override;
    node::service::Outcome<std::vector<node::service::RequestView>> requests(const std::string& channel,
                                                                             Time now) override;
    node::service::Outcome<node::service::ChannelView> approve(const std::string& channel,
                                                               const std::string& who, Time now) override;
    node::service::Outcome<node::service::Done> deny(const std::string& channel, const std::string& who,
                                                     const std::string& reason, Time now) override;
    node::service::Outcome<node::service::ChannelView> accept(const std::string& channel, Time now) override;
    node::service::Outcome<node::service::Done> decline(const std::string& channel, Time now) override;
    void post(const node::service::PostRequest& request, Time now,
              node::service::Callback<node::service::MessageView> done) override;
    node::service::Outcome<node::service::ReadAnswer> read(const node::service::ReadRequest& request,
                                                           Time now) override;
    node::service::Outcome<node::service::MessageView> mark(const node::service::MarkRequest& request,
                                                            Time now) override;
    node::service::Outcome<std::vector<node::service::WaitingView>> waiting(const std::string& channel,
                                                                            Time now) override;
    node::service::Outcome<node::service::PersonView> mute(const std::string& who, const std::string& channel,
                                                           bool on, Time now) override;
    node::service::Outcome<node::service::DeliveryView> delivery(const std::string& message,
                                                                 Time now) override;
    node::service::Outcome<std::unique_ptr<node::service::Upload>> publish(
        const node::service::PublishRequest& request, Time now) override;
    node::service::Outcome<std::vector<node::service::DocumentView>> documents(const std::string& channel,
                                                                               Time now) override;
    node::service::Outcome<node::service::DocumentView> document(const std::string& document,
                                                                 Time now) override;
    node::service::Outcome<std::vector<node::service::DocumentView>> history(const std::string& document,
                                                                             Time now) override;
    void get_document(const std::string& document, std::uint32_t revision, Time now,
                      node::service::Callback<std::unique_ptr<node::service::Download>> done) override;
    node::service::Outcome<node::service::SearchAnswer> search(const std::string& query,
                                                               const std::string& channel, std::size_t limit,
                                                               Time now) override;
    void make_way(Time) override {}
    void when_in_step(node::service::Callback<std::size_t> done, std::weak_ptr<void> asker) override;
    void set_observer(node::service::Observer* observer) override { observer_ = observer; }
    bool needs_flush() const override { return false; }
    void flush(Time) override {}
    std::optional<Time> deadline() const override { return {}; }
    void tick(Time) override {}

    // For the upload on its way; public for it alone.
    node::service::Outcome<node::service::DocumentView> take(const node::service::PublishRequest& request,
                                                             Bytes content, Time now);
    int uploads_open = 0;
    int downloads_open = 0;

  private:
    struct Library {
        std::vector<node::service::DocumentView> revisions;
        std::vector<Bytes> contents;
    };
    Hash next_hash();
    template <class Id>
    Id new_id() {
        return Id::from(next_hash().view().first(Id::size_bytes)).value();
    }
    static std::string hostile_text(const std::string& text);
    node::service::PersonView& self() { return people_.front(); }
    node::service::Outcome<std::size_t> find_channel(const std::string& name);
    node::service::Outcome<std::size_t> find_other(const std::string& name);
    node::service::Outcome<std::size_t> find_request(const std::string& channel, const std::string& who);
    node::service::Outcome<std::size_t> find_person(const std::string& name);
    node::service::Outcome<std::size_t> find_document(const std::string& name);
    node::service::CharterView& add_charter(const node::service::ChannelView& channel, Time now);
    node::service::Outcome<node::service::CharterView> set_convener(const std::string& channel,
                                                                    const std::string& who, bool convener,
                                                                    Time now);
    node::service::MessageView& add_message(std::size_t channel, const node::service::PersonView& author,
                                            const std::string& text, Time now);

    template <class T>
    void keep(node::service::Callback<T> done) {
        unanswered_.emplace_back([done] { done(node::service::Refusal{}); });
    }

    node::service::Observer* observer_ = nullptr;
    std::uint64_t ids_ = 0;
    std::optional<node::service::NetworkView> network_;
    std::vector<node::service::PersonView> people_;
    std::vector<node::service::TicketView> tickets_;
    std::vector<node::service::DeviceTicketView> device_tickets_;
    std::vector<node::service::DeviceView> devices_;
    std::vector<node::service::ChannelView> channels_;
    std::map<ChannelId, std::vector<node::service::CharterView>> charters_;
    std::map<ChannelId, bool> charter_shown_;
    std::vector<node::service::ChannelView> others_;
    std::vector<node::service::RequestView> requests_;
    std::vector<node::service::MessageView> messages_;
    std::vector<Library> documents_;
    std::vector<std::function<void()>> unanswered_;  // keeps the callbacks of waiting commands
};

}  // namespace liaise::test
