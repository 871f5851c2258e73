// Sizes that somebody chooses who means us harm: what they cost to refuse or to take, at one size and at four
// times that size. Linear is 4 times the time, quadratic 16.
#pragma once

#include <cstddef>

namespace liaise::bench {

void measure_hostile(std::size_t leaves);

}  // namespace liaise::bench
