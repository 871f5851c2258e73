#include "protocol/mls/tree_math.h"

namespace liaise::mls {

std::vector<NodeIndex> direct_path(LeafIndex leaf, TreeSize size) {
    std::vector<NodeIndex> path;
    for (auto node = parent_of(NodeIndex::of(leaf), size); node; node = parent_of(*node, size))
        path.push_back(*node);
    return path;
}

}  // namespace liaise::mls
