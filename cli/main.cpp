// liaise: the terminal client of a Liaise node.
#include "cli/run.h"

int main(int count, char** arguments) {
    return liaise::cli::run({arguments + 1, arguments + count});
}
