// A network with a channel of aliases, for tests of whole nodes: who is who, and what they do there.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/node/world.h"

namespace liaise::test {

inline const std::string asha = "Asha Wanjiru", minh = "Nguyen Van Minh", olena = "Olena Koval",
                         ana = "Ana Souza", wei = "Li Wei";
inline constexpr std::size_t convener = 0, member = 1, heron = 2, ibis = 3, stranger = 4;

node::service::CharterRequest circle(const std::string& rule, const std::string& listed = "on");
// Asha convenes "circle", where Minh is in his own name; the others are in the network.
std::unique_ptr<World> network(std::uint64_t seed, const node::service::CharterRequest& charter);

bool ask(World& world, std::size_t who, const std::string& alias);
void let_in(World& world, std::size_t who, const std::string& name, const std::string& alias);
void say(World& world, std::size_t who, const std::string& text);
std::vector<node::service::MessageView> read(World& world, std::size_t who);
std::string author_of(World& world, std::size_t who, const std::string& text);
node::service::MessageView post_of(World& world, std::size_t who, const std::string& text);
// Members of "circle" as this person's node shows them.
std::vector<node::service::ChannelMemberView> members_at(World& world, std::size_t who);
std::vector<std::string> names_in(World& world, std::size_t who);

bool holds(BytesView hay, BytesView needle);
struct Sent {
    std::size_t from, to;
    Bytes frame;
};
// Pieces of what went from one to another that are in frames to a third as well: an entry that was passed on.
std::vector<Bytes> passed_on(const std::vector<Sent>& sent, std::size_t from, std::size_t by, std::size_t to);

}  // namespace liaise::test
