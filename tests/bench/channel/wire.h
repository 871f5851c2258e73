// Whole nodes in one process, over links in memory, in virtual time: the real application, sessions and
// encrypted stores on a real disk. What each node's calls cost it is counted apart from the others'.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "node/service/app_node.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_folder.h"

namespace liaise::bench {

class Wire;

double thread_seconds();  // of the processor, by this thread

// What hangs on a wire: a node, or something that plays many.
class Endpoint {
  public:
    virtual ~Endpoint() = default;
    virtual void link_up(node::transport::LinkId link, const node::transport::LinkInfo& info) = 0;
    virtual void frame(node::transport::LinkId link, BytesView bytes) = 0;
    virtual void link_down(node::transport::LinkId link) = 0;
    virtual DhPublicKey key() const = 0;
    virtual node::transport::Admission decide(const DhPublicKey& peer) = 0;
    virtual bool runs() const { return true; }
    // Whether anything was done: what is open is made durable, what is due happens.
    virtual bool settle(Time) { return false; }
    virtual std::optional<Time> deadline() const { return std::nullopt; }
};

class Host final : public Endpoint,
                   private node::service::Driver,
                   private node::service::EventLog,
                   private node::transport::Transport {
  public:
    Host(Wire& wire, const std::string& name, const std::string& country);
    ~Host() override;

    const std::string& name() const { return name_; }
    node::service::AppNode& node() { return *node_; }
    void start();
    void stop();
    std::uint64_t disk_bytes() const;

    // Since reset_counts(): what the node's calls took, and what came in.
    double seconds = 0;
    std::uint64_t bytes_in = 0, frames_in = 0;
    std::function<void()> after_commit;  // looks, uncounted, each time that something became durable
    void reset_counts() { seconds = 0, bytes_in = frames_in = 0; }
    template <class Call>
    auto timed(Call call) {
        const double before = thread_seconds();
        struct Adds {
            double& to;
            double since;
            ~Adds() { to += thread_seconds() - since; }
        } adds{seconds, before};
        return call();
    }

    void link_up(node::transport::LinkId link, const node::transport::LinkInfo& info) override;
    void frame(node::transport::LinkId link, BytesView bytes) override;
    void link_down(node::transport::LinkId link) override;
    DhPublicKey key() const override { return node_->transport_key().public_key(); }
    node::transport::Admission decide(const DhPublicKey& peer) override { return node_->door().decide(peer); }
    bool runs() const override { return node_ != nullptr; }
    bool settle(Time now) override;
    std::optional<Time> deadline() const override;

  private:
    Time now() const override;
    void wake() override {}
    void event(node::service::Level level, std::string_view name,
               std::initializer_list<Field> fields) override;
    Result<node::transport::Address> listen(const node::transport::Address& address) override {
        return address;
    }
    Result<void> dial(node::transport::DialTarget target) override;
    void stop_dialling(const DhPublicKey& server_key, node::transport::Lane lane) override;
    Result<void> send(node::transport::LinkId link, Bytes&& frame) override;
    void close(node::transport::LinkId link) override;

    Wire& wire_;
    std::string name_, address_;
    test::SeededRandom random_;
    test::TempFolder folder_;
    std::optional<node::store::Vault> vault_;
    std::unique_ptr<node::store::Store> store_;
    std::unique_ptr<node::service::AppNode> node_;
};

class Wire {
  public:
    Host& add(const std::string& name, const std::string& country);
    void add(Endpoint& endpoint) { endpoints_.push_back(&endpoint); }

    Time now() const { return now_; }
    // Delivers all that is on its way, and what follows from it.
    void pump();
    void run(Duration span, const std::function<bool()>& enough = {});
    void join(Host& newcomer, Host& inviter);

    void dial(Endpoint& from, const node::transport::DialTarget& target);
    void forget(Endpoint& from, const DhPublicKey& key, node::transport::Lane lane);
    // As if somebody had dialled whose transport key is `key`. Their end speaks first.
    node::transport::LinkId connect(Endpoint& from, Endpoint& to, const DhPublicKey& key,
                                    node::transport::Lane lane);
    void send(node::transport::LinkId link, Bytes frame);
    void close(node::transport::LinkId link);
    void close_all(const Endpoint& of);

  private:
    struct Link {
        Endpoint *dialler, *listener;
        DhPublicKey dialler_key, listener_key;
        node::transport::Lane lane;
        bool begun = false;
    };
    struct Frame {
        std::uint64_t link;
        bool to_listener;
        Bytes bytes;
    };
    struct Target {
        node::transport::DialTarget target;
        bool due = true;
    };
    bool dial_due();
    bool deliver();

    Time now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
    std::vector<std::unique_ptr<Host>> hosts_;
    std::vector<Endpoint*> endpoints_;
    std::map<std::uint64_t, Link> links_;
    std::uint64_t links_ever_ = 0;
    std::deque<Frame> frames_;
    std::map<std::tuple<Endpoint*, DhPublicKey, node::transport::Lane>, Target> targets_;
};

}  // namespace liaise::bench
