// How people name a thing: by its id, by a unique beginning of its id, or by its name where that is unique.
// An exact name goes before a beginning of an id; what fits nothing gets the nearest name as a suggestion.
#pragma once

#include <algorithm>

#include "node/service/refusals.h"
#include "protocol/identity/name_match.h"

namespace liaise::node::service {

template <class Id>
struct Named {
    Id id;
    std::string id_text;
    std::string name;
};

template <class Id>
Outcome<Id> find_named(std::string_view kind, const std::string& named, const std::vector<Named<Id>>& all) {
    const auto only = [&](const auto& fits) -> std::vector<Id> {
        std::vector<Id> found;
        for (const Named<Id>& each : all)
            if (fits(each)) found.push_back(each.id);
        return found;
    };
    const std::u32string folded = identity::fold_name(named);
    const std::array tries{
        only([&](const Named<Id>& each) { return each.name == named; }),
        only([&](const Named<Id>& each) { return identity::fold_name(each.name) == folded; }),
        only([&](const Named<Id>& each) { return named.size() >= 4 && each.id_text.starts_with(named); }),
        only([&](const Named<Id>& each) {
            return !folded.empty() && identity::fold_name(each.name).starts_with(folded);
        }),
    };
    for (const std::vector<Id>& found : tries) {
        if (found.size() == 1) return found.front();
        if (found.size() > 1) return refusals::ambiguous(kind, named, found.size());
    }
    std::vector<std::string> names;
    for (const Named<Id>& each : all) names.push_back(each.name);
    const auto nearest = identity::nearest_name(named, names);
    return refusals::not_found(kind, named, nearest ? names[*nearest] : "");
}

}  // namespace liaise::node::service
