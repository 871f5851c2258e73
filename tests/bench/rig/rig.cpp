#include "tests/bench/rig/rig.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <new>

#include "tests/bench/rig/measure.h"

namespace liaise::bench {
namespace {

constexpr std::size_t payload_bytes = 500;
constexpr std::size_t header_bytes = 32 + 8 + 32;  // writer, sequence, previous id
constexpr std::size_t entry_bytes = header_bytes + payload_bytes + crypto_sign_BYTES;
constexpr std::size_t frame_bytes = 64 * 1024;
constexpr std::size_t chunk_bytes = 256 * 1024;

void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "bench rig: %s failed\n", what);
    std::abort();
}

using Id = std::array<unsigned char, 32>;

// One keypair of each kind for both ends: made before the fork.
struct Keys {
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> verify{};
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> sign{};
    std::array<char, 41> server_public{}, server_secret{}, client_public{}, client_secret{};
};

const Keys& keys() {
    static const Keys made = [] {
        Keys fresh;
        require(sodium_init() >= 0, "sodium_init");
        crypto_sign_keypair(fresh.verify.data(), fresh.sign.data());
        zmq_curve_keypair(fresh.server_public.data(), fresh.server_secret.data());
        zmq_curve_keypair(fresh.client_public.data(), fresh.client_secret.data());
        return fresh;
    }();
    return made;
}

Id hash_of(const unsigned char* bytes, std::size_t count) {
    Id id;
    crypto_generichash(id.data(), id.size(), bytes, count, nullptr, 0);
    return id;
}

void make_entry(unsigned char* out, std::uint64_t sequence, const Id& previous) {
    std::memcpy(out, keys().verify.data(), 32);
    std::memcpy(out + 32, &sequence, 8);
    std::memcpy(out + 40, previous.data(), 32);
    std::memset(out + header_bytes, 'x', payload_bytes);
    std::memcpy(out + header_bytes, &sequence, 8);
    crypto_sign_detached(out + header_bytes + payload_bytes, nullptr, out, header_bytes + payload_bytes,
                         keys().sign.data());
}

bool signature_fits(const unsigned char* entry) {
    return crypto_sign_verify_detached(entry + header_bytes + payload_bytes, entry,
                                       header_bytes + payload_bytes, keys().verify.data()) == 0;
}

class Table {
  public:
    explicit Table(const std::string& path) {
        for (const char* suffix : {"", "-wal", "-shm"}) unlink((path + suffix).c_str());
        require(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, "sqlite3_open");
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA "
            "wal_autocheckpoint=4000;"
            "CREATE TABLE entries(sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, bytes BLOB NOT "
            "NULL)");
        require(sqlite3_prepare_v2(database_, "INSERT INTO entries VALUES(?,?,?)", -1, &insert_, nullptr) ==
                    SQLITE_OK,
                "prepare");
        require(sqlite3_prepare_v2(database_, "SELECT bytes FROM entries ORDER BY sequence", -1, &all_,
                                   nullptr) == SQLITE_OK,
                "prepare");
    }
    ~Table() {
        sqlite3_finalize(insert_);
        sqlite3_finalize(all_);
        sqlite3_close(database_);
    }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    void run(const char* sql) {
        require(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    void insert(std::uint64_t sequence, const Id& id, const unsigned char* entry) {
        sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(sequence));
        sqlite3_bind_blob(insert_, 2, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
        sqlite3_bind_blob(insert_, 3, entry, entry_bytes, SQLITE_STATIC);
        require(sqlite3_step(insert_) == SQLITE_DONE, "insert");
        sqlite3_reset(insert_);
    }
    void each(const std::function<void(const unsigned char*)>& visit) {
        while (sqlite3_step(all_) == SQLITE_ROW)
            visit(static_cast<const unsigned char*>(sqlite3_column_blob(all_, 0)));
        sqlite3_reset(all_);
    }

  private:
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* all_ = nullptr;
};

void fill(Table& table, std::size_t entries, std::size_t batch) {
    std::array<unsigned char, entry_bytes> entry;
    Id previous{};
    for (std::size_t done = 0; done < entries;) {
        table.run("BEGIN");
        for (std::size_t i = 0; i < batch && done < entries; ++i) {
            make_entry(entry.data(), ++done, previous);
            previous = hash_of(entry.data(), entry.size());
            table.insert(done, previous, entry.data());
        }
        table.run("COMMIT");
    }
}

class Socket {
  public:
    // The listening end where `endpoint` is empty; then endpoint() says where.
    Socket(bool server, const std::string& endpoint)
        : context_(zmq_ctx_new()), socket_(zmq_socket(context_, server ? ZMQ_ROUTER : ZMQ_DEALER)) {
        const int none = 0;
        const int yes = 1;
        zmq_setsockopt(socket_, ZMQ_LINGER, &none, sizeof none);
        zmq_setsockopt(socket_, ZMQ_SNDHWM, &none, sizeof none);
        zmq_setsockopt(socket_, ZMQ_RCVHWM, &none, sizeof none);
        if (server) {
            zmq_setsockopt(socket_, ZMQ_CURVE_SERVER, &yes, sizeof yes);
            zmq_setsockopt(socket_, ZMQ_CURVE_SECRETKEY, keys().server_secret.data(), 41);
            require(zmq_bind(socket_, "tcp://127.0.0.1:*") == 0, "bind");
        } else {
            zmq_setsockopt(socket_, ZMQ_CURVE_SERVERKEY, keys().server_public.data(), 41);
            zmq_setsockopt(socket_, ZMQ_CURVE_PUBLICKEY, keys().client_public.data(), 41);
            zmq_setsockopt(socket_, ZMQ_CURVE_SECRETKEY, keys().client_secret.data(), 41);
            require(zmq_connect(socket_, endpoint.c_str()) == 0, "connect");
        }
    }
    ~Socket() {
        zmq_close(socket_);
        zmq_ctx_term(context_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    std::string endpoint() const {
        std::array<char, 128> text{};
        std::size_t size = text.size();
        require(zmq_getsockopt(socket_, ZMQ_LAST_ENDPOINT, text.data(), &size) == 0, "endpoint");
        return text.data();
    }
    void send(const void* bytes, std::size_t count, bool more = false) {
        require(zmq_send(socket_, bytes, count, more ? ZMQ_SNDMORE : 0) >= 0, "send");
    }
    std::vector<unsigned char> receive() {
        zmq_msg_t message;
        zmq_msg_init(&message);
        require(zmq_msg_recv(&message, socket_, 0) >= 0, "receive");
        const auto* const bytes = static_cast<const unsigned char*>(zmq_msg_data(&message));
        std::vector<unsigned char> copy(bytes, bytes + zmq_msg_size(&message));
        zmq_msg_close(&message);
        return copy;
    }

  private:
    void* context_;
    void* socket_;
};

// A second process that runs `work` with a listening socket, until it is killed at the end of this object's
// life.
class Listener {
  public:
    explicit Listener(const std::function<void(Socket&)>& work) {
        std::array<int, 2> ends{};
        require(pipe(ends.data()) == 0, "pipe");
        process_ = fork();
        if (process_ == 0) {
            Socket socket(true, {});
            const std::string where = socket.endpoint();
            require(write(ends[1], where.c_str(), where.size() + 1) > 0, "write");
            work(socket);
            _exit(0);
        }
        std::array<char, 128> where{};
        require(read(ends[0], where.data(), where.size() - 1) > 0, "read");
        endpoint_ = where.data();
        close(ends[0]);
        close(ends[1]);
    }
    ~Listener() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    const std::string& endpoint() const { return endpoint_; }

  private:
    pid_t process_ = -1;
    std::string endpoint_;
};

struct Landed {
    std::atomic<std::uint64_t> sequence = 0;
    std::atomic<double> at = 0;
};

}  // namespace

Rig::Rig(std::string folder) : folder_(std::move(folder)) {
    keys();
}

double Rig::append(std::size_t entries, std::size_t batch) {
    Table table(folder_ + "/rig-append.db");
    const double start = seconds_now();
    fill(table, entries, batch);
    return static_cast<double>(entries) / (seconds_now() - start);
}

double Rig::replicate(std::size_t entries) {
    const Listener sender([&](Socket& socket) {
        Table table(folder_ + "/rig-source.db");
        fill(table, entries, 1000);
        const auto who = socket.receive();
        socket.receive();
        std::vector<unsigned char> frame;
        const auto ship = [&] {
            socket.send(who.data(), who.size(), true);
            socket.send(frame.data(), frame.size());
            frame.clear();
        };
        table.each([&](const unsigned char* entry) {
            frame.insert(frame.end(), entry, entry + entry_bytes);
            if (frame.size() + entry_bytes > frame_bytes) ship();
        });
        if (!frame.empty()) ship();
        pause();
    });
    Table table(folder_ + "/rig-copy.db");
    Socket socket(false, sender.endpoint());
    // The sender fills its table before it listens to us: ask, and count from the first frame on.
    socket.send("", 0);
    Id previous{};
    double start = 0;
    std::uint64_t sequence = 0;
    while (sequence < entries) {
        const auto frame = socket.receive();
        if (start == 0) start = seconds_now();
        table.run("BEGIN");
        for (std::size_t at = 0; at < frame.size(); at += entry_bytes) {
            const unsigned char* const entry = frame.data() + at;
            require(std::memcmp(entry + 40, previous.data(), 32) == 0, "chain");
            if (at + entry_bytes == frame.size()) require(signature_fits(entry), "signature");
            previous = hash_of(entry, entry_bytes);
            table.insert(++sequence, previous, entry);
        }
        table.run("COMMIT");
    }
    return static_cast<double>(entries) / (seconds_now() - start);
}

LiveTimes Rig::live(std::size_t posts) {
    void* const shared =
        mmap(nullptr, sizeof(Landed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(shared != MAP_FAILED, "mmap");
    Landed& landed = *new (shared) Landed;
    std::vector<double> times;
    {
        const Listener peer([&](Socket& socket) {
            Table table(folder_ + "/rig-live-peer.db");
            for (std::uint64_t sequence = 1;; ++sequence) {
                socket.receive();
                const auto entry = socket.receive();
                require(entry.size() == entry_bytes && signature_fits(entry.data()), "live signature");
                table.insert(sequence, hash_of(entry.data(), entry.size()), entry.data());
                landed.at = seconds_now();
                landed.sequence = sequence;
            }
        });
        Table table(folder_ + "/rig-live.db");
        Socket socket(false, peer.endpoint());
        std::array<unsigned char, entry_bytes> entry;
        Id previous{};
        for (std::uint64_t sequence = 1; sequence <= posts; ++sequence) {
            const double start = seconds_now();
            make_entry(entry.data(), sequence, previous);
            previous = hash_of(entry.data(), entry.size());
            table.insert(sequence, previous, entry.data());
            socket.send(entry.data(), entry.size());
            while (landed.sequence < sequence) usleep(20);
            if (sequence > posts / 20) times.push_back((landed.at - start) * 1e3);
            usleep(1000);
        }
    }
    munmap(shared, sizeof(Landed));
    return {percentile(times, 0.5), percentile(times, 0.99)};
}

void Rig::connection(const std::function<void(std::uint16_t)>& look) {
    Socket server(true, {});
    const std::string endpoint = server.endpoint();
    Socket client(false, endpoint);
    client.send("", 0);
    server.receive();
    server.receive();
    look(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
}

double Rig::file(std::uint64_t bytes) {
    const std::size_t chunks = bytes / chunk_bytes;
    const std::string source = folder_ + "/rig-source.bin";
    std::vector<Id> names;
    {
        std::vector<unsigned char> chunk(chunk_bytes);
        const int out = open(source.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
        for (std::size_t i = 0; i < chunks; ++i) {
            randombytes_buf(chunk.data(), chunk.size());
            names.push_back(hash_of(chunk.data(), chunk.size()));
            require(write(out, chunk.data(), chunk.size()) == static_cast<ssize_t>(chunk.size()), "write");
        }
        close(out);
    }
    const Listener sender([&](Socket& socket) {
        const int in = open(source.c_str(), O_RDONLY);
        std::vector<unsigned char> chunk(chunk_bytes);
        for (;;) {
            const auto who = socket.receive();
            const auto asked = socket.receive();
            std::uint64_t index = 0;
            std::memcpy(&index, asked.data(), sizeof index);
            require(pread(in, chunk.data(), chunk.size(), static_cast<off_t>(index * chunk_bytes)) ==
                        static_cast<ssize_t>(chunk.size()),
                    "pread");
            socket.send(who.data(), who.size(), true);
            socket.send(chunk.data(), chunk.size());
        }
    });
    Socket socket(false, sender.endpoint());
    const int out = open((folder_ + "/rig-copy.bin").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    const double start = seconds_now();
    std::uint64_t asked = 0;
    const auto ask = [&] {
        if (asked == chunks) return;
        socket.send(&asked, sizeof asked);
        ++asked;
    };
    for (int i = 0; i < 8; ++i) ask();
    for (std::size_t i = 0; i < chunks; ++i) {
        const auto chunk = socket.receive();
        ask();
        require(hash_of(chunk.data(), chunk.size()) == names[i], "chunk");
        require(write(out, chunk.data(), chunk.size()) == static_cast<ssize_t>(chunk.size()), "write");
    }
    fdatasync(out);
    const double rate = static_cast<double>(bytes) / (seconds_now() - start);
    close(out);
    return rate;
}

}  // namespace liaise::bench
