// One run of the client: command line in, exit code out. Everything that ends a command early ends here.
#pragma once

#include <string>
#include <vector>

namespace liaise::cli {

int run(const std::vector<std::string>& arguments);

}  // namespace liaise::cli
