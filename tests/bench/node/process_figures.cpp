#include "tests/bench/node/process_figures.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace liaise::bench {
namespace {

namespace fs = std::filesystem;

fs::path proc(pid_t process) {
    return fs::path("/proc") / std::to_string(process);
}

// The number behind `name:` in a file such as /proc/PID/status; 0 where there is none.
std::uint64_t value_of(const fs::path& file, const std::string& name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1));
    return 0;
}

double processor_seconds(pid_t process) {
    std::ifstream in(proc(process) / "stat");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

constexpr std::uint32_t established = 1;

// Netlink's structures stand one after the other, each begun at a multiple of four.
struct Attribute {
    std::uint16_t bytes, type;  // bytes: these four and the value
};
constexpr std::size_t aligned(std::size_t bytes) {
    return (bytes + 3) / 4 * 4;
}
// What a kernel older than ours leaves out stays zero.
template <class T>
T front(std::string_view bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
    return value;
}

class Netlink {
  public:
    Netlink() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
        if (socket_ < 0) throw std::runtime_error("no socket diagnostics on this machine");
    }
    ~Netlink() { ::close(socket_); }
    Netlink(const Netlink&) = delete;
    Netlink& operator=(const Netlink&) = delete;

    void ask() {
        struct {
            nlmsghdr header;
            inet_diag_req_v2 request;
        } message{};
        message.header.nlmsg_len = sizeof message;
        message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
        message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        message.request.sdiag_family = AF_INET;
        message.request.sdiag_protocol = IPPROTO_TCP;
        message.request.idiag_ext = 1U << (INET_DIAG_INFO - 1);
        message.request.idiag_states = 1U << established;
        if (::send(socket_, &message, sizeof message, 0) < 0) throw std::runtime_error("socket diagnostics");
    }
    // Hands over the body of each answer until the last.
    template <class Take>
    void answers(Take take) {
        std::array<char, 64 * 1024> buffer;
        for (;;) {
            const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            std::string_view left(buffer.data(), static_cast<std::size_t>(got));
            while (left.size() >= sizeof(nlmsghdr)) {
                const auto header = front<nlmsghdr>(left);
                if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) return;
                take(left.substr(sizeof header, header.nlmsg_len - sizeof header));
                left.remove_prefix(std::min(left.size(), aligned(header.nlmsg_len)));
            }
        }
    }

  private:
    int socket_;
};

}  // namespace

ProcessFigures figures_of(pid_t process) {
    ProcessFigures figures;
    figures.processor_seconds = processor_seconds(process);
    figures.resident_mib = static_cast<double>(value_of(proc(process) / "status", "VmRSS")) / 1024;
    figures.peak_mib = static_cast<double>(value_of(proc(process) / "status", "VmHWM")) / 1024;
    for (const auto& thread : fs::directory_iterator(proc(process) / "task"))
        figures.wakeups += value_of(thread.path() / "status", "voluntary_ctxt_switches");
    return figures;
}

void forget_peak(pid_t process) {
    std::ofstream(proc(process) / "clear_refs") << "5";
}

Traffic tcp_traffic(std::uint16_t local_port) {
    Traffic traffic;
    Netlink netlink;
    netlink.ask();
    netlink.answers([&](std::string_view answer) {
        const auto connection = front<inet_diag_msg>(answer);
        if (ntohs(connection.id.idiag_sport) != local_port) return;
        answer.remove_prefix(sizeof connection);
        while (answer.size() >= sizeof(Attribute)) {
            const auto attribute = front<Attribute>(answer);
            if (attribute.type == INET_DIAG_INFO) {
                const auto info =
                    front<tcp_info>(answer.substr(sizeof attribute, attribute.bytes - sizeof attribute));
                traffic.sent += info.tcpi_bytes_acked;
                traffic.received += info.tcpi_bytes_received;
            }
            answer.remove_prefix(std::min(answer.size(), aligned(attribute.bytes)));
        }
    });
    return traffic;
}

}  // namespace liaise::bench
