// Our own list: short words that are easily said over a poor line and cannot be taken for one another. Its
// order is part of the protocol: byte n of the hash is word n.
#include "protocol/identity/safety_words.h"

namespace liaise::identity {
namespace {

constexpr std::array<std::string_view, 256> words{
    "acorn",   "album",   "amber",   "anchor",  "ankle",   "apple",   "apron",   "arena",   "atlas",
    "attic",   "autumn",  "badge",   "baker",   "bamboo",  "banana",  "banjo",   "barrel",  "basil",
    "basket",  "beacon",  "beaver",  "blanket", "blossom", "bonus",   "bottle",  "bracket", "bridge",
    "bronze",  "bucket",  "buffalo", "bundle",  "butter",  "button",  "cabin",   "cactus",  "camel",
    "candle",  "canyon",  "captain", "carbon",  "carpet",  "castle",  "cherry",  "chess",   "chimney",
    "circle",  "citrus",  "clinic",  "clock",   "cloud",   "clover",  "cobra",   "coffee",  "compass",
    "copper",  "coral",   "cotton",  "cousin",  "cradle",  "crayon",  "cricket", "crystal", "curtain",
    "dancer",  "delta",   "denim",   "desert",  "diary",   "dinner",  "doctor",  "dolphin", "donkey",
    "dragon",  "drum",    "eagle",   "echo",    "eclipse", "elbow",   "engine",  "fabric",  "falcon",
    "family",  "farmer",  "feather", "finger",  "flag",    "flute",   "forest",  "fossil",  "fox",
    "galaxy",  "garden",  "garlic",  "giant",   "granite", "grape",   "guitar",  "hammer",  "harvest",
    "helmet",  "hockey",  "honey",   "horizon", "hotel",   "iceberg", "igloo",   "insect",  "iris",
    "island",  "ivory",   "jacket",  "jaguar",  "jasmine", "jelly",   "jewel",   "jigsaw",  "journal",
    "jungle",  "juniper", "kayak",   "kettle",  "kidney",  "kiosk",   "kitchen", "kiwi",    "koala",
    "ladder",  "lagoon",  "lantern", "lawyer",  "lemon",   "leopard", "lettuce", "lilac",   "lizard",
    "lobster", "locker",  "lotus",   "lunch",   "magnet",  "mango",   "maple",   "marble",  "market",
    "meadow",  "medal",   "melody",  "mirror",  "mosaic",  "muffin",  "museum",  "mustard", "napkin",
    "nectar",  "needle",  "nickel",  "noodle",  "nylon",   "ocean",   "octopus", "olive",   "onion",
    "opera",   "orbit",   "orchid",  "oven",    "owl",     "oxygen",  "oyster",  "paddle",  "palace",
    "panda",   "papaya",  "parrot",  "peanut",  "pebble",  "pelican", "pencil",  "pepper",  "piano",
    "picnic",  "pigeon",  "pilot",   "planet",  "pocket",  "poem",    "pony",    "potato",  "puzzle",
    "pyramid", "quartz",  "quilt",   "rabbit",  "radar",   "ranger",  "raven",   "recipe",  "ribbon",
    "river",   "robot",   "rubber",  "sailor",  "salad",   "sandal",  "scarf",   "school",  "shadow",
    "shelter", "signal",  "silver",  "sketch",  "soccer",  "sofa",    "spider",  "sponge",  "statue",
    "sugar",   "summer",  "sunset",  "swan",    "syrup",   "tablet",  "teacher", "temple",  "tennis",
    "thunder", "tiger",   "timber",  "tomato",  "tractor", "trumpet", "tulip",   "turtle",  "uncle",
    "uniform", "vanilla", "velvet",  "vessel",  "village", "vinegar", "violin",  "volcano", "voyage",
    "waffle",  "walnut",  "water",   "whisper", "willow",  "window",  "winter",  "wolf",    "yellow",
    "yogurt",  "zebra",   "zigzag",  "zinc",
};

}  // namespace

const std::array<std::string_view, 256>& safety_word_list() {
    return words;
}

}  // namespace liaise::identity
