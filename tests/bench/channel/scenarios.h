// What the channel benchmark measures; each prints its figures and says whether its ratios hold.
#pragma once

namespace liaise::bench {

bool measure_large();  // posts at 10 and at 1,000, an adding at 1,000, a message's bytes
bool measure_away();   // a device that was away for 90 days

}  // namespace liaise::bench
