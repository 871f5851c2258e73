#include "tests/simulation/node/machine.h"

#include <cstdio>

#include "node/service/make_home.h"
#include "tests/simulation/node/world.h"

namespace liaise::test {

using namespace node;
using transport::Lane;
using transport::LinkId;

namespace {

const std::string database_path = "/store.db";
constexpr Duration first_pause = std::chrono::seconds{2};

crypto::SecretBytes passphrase() {
    return crypto::SecretBytes::copy_of(bytes_of("lantern gravel window"));
}

}  // namespace

Machine::Machine(World& world, std::size_t number)
    : world_(world),
      number_(number),
      address_("10.0.0." + std::to_string(number + 1) + ":7400"),
      random_(world.seed() * 1000 + number),
      disk_(world.seed() * 1000 + number) {}

Machine::Machine(World& world, std::size_t number, const std::string& name, const std::string& country)
    : Machine(world, number) {
    service::NewHome wishes{name, "focal-point", country, "", "", passphrase(), crypto::password_cost_least};
    const std::string home = folder_ / "home";
    {
        const auto maker = service::HomeMaker::make(home, wishes, random_, world.now());
        LIAISE_CHECK(maker.ok());
        LIAISE_CHECK((*maker)->keep().ok());
        sheet_ = std::string(text_of((*maker)->sheet().view()));
    }
    move_in(home);
}

Machine::Machine(World& world, std::size_t number, const std::string& ticket) : Machine(world, number) {
    const std::string home = folder_ / "home";
    LIAISE_CHECK(service::HomeMaker::make_device(home, ticket, passphrase(), crypto::password_cost_least,
                                                 random_, world.now())
                     .ok());
    move_in(home);
}

Machine::Machine(World& world, std::size_t number, const Machine& twin, const DiskCopy& copy)
    : Machine(world, number) {
    std::filesystem::create_directories(folder_ / "home");
    write_content(folder_ / "home/vault", file_content(twin.folder_ / "home/vault"));
    vault_ = store::Vault::open(folder_ / "home/vault", passphrase()).value();
    put_back(copy);
}

void Machine::move_in(const std::string& home) {
    disk_.set_content(database_path, file_content(home + "/store.db"));
    vault_ = store::Vault::open(home + "/vault", passphrase()).value();
}

Machine::~Machine() {
    gone();
}

bool Machine::start() {
    if (node_) return true;
    store::DatabaseOptions options;
    options.vfs_beneath = disk_.name();
    options.checkpoint_pages = 200;
    auto store = store::Store::open({database_path, chunk_path()}, *vault_, random_, options);
    if (!store) return false;
    store_ = *std::move(store);
    auto node = service::AppNode::open(*store_, random_, *this, *this);
    if (!node) {
        gone();
        return false;
    }
    node_ = *std::move(node);
    node_->attach(*this, {address_}, {address_});
    settle();
    return true;
}

void Machine::gone() {
    targets_.clear();
    node_.reset();
    store_.reset();
}

void Machine::crash() {
    if (!node_) return;
    // What was written stays as it is at this moment: closing the store would tidy up.
    std::map<std::string, Bytes> files;
    for (const std::string& path : disk_.files()) files[path] = disk_.content(path);
    gone();
    for (const std::string& path : disk_.files()) disk_.remove(path);
    for (auto& [path, content] : files) disk_.set_content(path, std::move(content));
    world_.end_links_of(number_);
}

void Machine::lose_power() {
    if (!node_) return;
    disk_.cut_power();
    gone();
    world_.end_links_of(number_);
}

void Machine::stop() {
    if (!node_) return;
    node_->flush(now());
    node_->detach();
    gone();
    world_.end_links_of(number_);
}

DiskCopy Machine::copy_of_disk() const {
    LIAISE_CHECK(node_ == nullptr);
    DiskCopy copy;
    for (const std::string& path : disk_.files()) copy.files[path] = disk_.content(path);
    copy.chunks = file_content(chunk_path());
    return copy;
}

void Machine::put_back(const DiskCopy& copy) {
    LIAISE_CHECK(node_ == nullptr);
    for (const std::string& path : disk_.files()) disk_.remove(path);
    for (const auto& [path, content] : copy.files) disk_.set_content(path, content);
    write_content(chunk_path(), copy.chunks);
}

std::uint64_t Machine::disk_bytes() const {
    std::uint64_t bytes = 0;
    for (const std::string& path : disk_.files()) bytes += disk_.content(path).size();
    return bytes;
}

void Machine::set_clock(Duration ahead) {
    if (ahead == ahead_) return;
    ahead_ = ahead;
    if (node_) node_->clock_was_set();
}

void Machine::settle() {
    for (int rounds = 0; node_ != nullptr && node_->needs_flush() && rounds < 32; ++rounds)
        node_->flush(now());
}

std::optional<Time> Machine::deadline() const {
    const auto due = node_ ? node_->deadline() : std::nullopt;
    if (!due) return std::nullopt;
    return *due - ahead_;
}

Time Machine::now() const {
    return world_.now() + ahead_;
}

void Machine::event(service::Level level, std::string_view name, std::initializer_list<Field> fields) {
    const auto told = world_.told_.find(name);
    if (told == world_.told_.end())
        world_.told_.emplace(name, 1);
    else
        ++told->second;
    if (std::getenv("LIAISE_SIMULATION_LOG") == nullptr) return;
    std::printf("%s machine %zu level %d %.*s", to_rfc3339(now()).c_str(), number_, static_cast<int>(level),
                static_cast<int>(name.size()), name.data());
    for (const auto& [key, value] : fields)
        std::printf(" %.*s=%s", static_cast<int>(key.size()), key.data(), value.c_str());
    std::printf("\n");
}

Result<void> Machine::dial(transport::DialTarget target) {
    const std::pair key{target.server_key, target.guest_key ? Lane::guest : Lane::member};
    const auto known = targets_.find(key);
    const Duration pause = known == targets_.end() ? first_pause : known->second.pause;
    targets_.insert_or_assign(key, Dialling{std::move(target), pause, std::nullopt});
    world_.try_later(number_, key, Duration{1});
    return {};
}

void Machine::stop_dialling(const DhPublicKey& server_key, Lane lane) {
    targets_.erase({server_key, lane});
}

Result<void> Machine::send(LinkId id, Bytes&& frame) {
    const std::uint64_t number = static_cast<std::uint64_t>(id) / 2;
    const auto link = world_.links_.find(number);
    if (link == world_.links_.end()) return Error{ErrorCode::not_known, "no such link"};
    world_.send(number, link->second, static_cast<std::uint64_t>(id) % 2 == 0, std::move(frame));
    return {};
}

void Machine::close(LinkId id) {
    world_.at(world_.now(), [this, id] {
        const std::uint64_t number = static_cast<std::uint64_t>(id) / 2;
        world_.end(number);
        world_.hears_of_end(number, static_cast<std::uint64_t>(id) % 2 == 0);
    });
}

}  // namespace liaise::test
