// The main of every doctest program.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "protocol/crypto/init.h"

int main(int count, char** arguments) {
    liaise::crypto::initialise();
    return doctest::Context(count, arguments).run();
}
