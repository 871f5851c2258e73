// One content of each kind, with every field in use.
#pragma once

#include "protocol/channel/content.h"

namespace liaise::test {

std::vector<channel::Content> contents_of_each_kind();
channel::Content post_of(std::string text);

}  // namespace liaise::test
