# How every target of the project is built: one set of warnings, one set of hardening flags, and the libraries we lean on.

find_package(PkgConfig REQUIRED)
find_package(CapnProto 0.9 REQUIRED)
find_package(doctest 2.4 REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(spdlog REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(zmq REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(cmark REQUIRED IMPORTED_TARGET libcmark)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)

add_library(liaise_options INTERFACE)
target_include_directories(liaise_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(liaise_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough -Werror
  -fstack-protector-strong -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13 AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Optimising, g++ 12 sees overflows inside std::vector::insert and std::string, and unset members inside std::variant and
  # kj::Maybe, that cannot happen (GCC bugs 100366, 105329, 105651, 105562). The sanitizer builds and clang look for real ones.
  target_compile_options(liaise_options INTERFACE
    -Wno-stringop-overflow -Wno-free-nonheap-object -Wno-stringop-overread -Wno-array-bounds -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT LIAISE_SANITIZE)
  target_compile_definitions(liaise_options INTERFACE _FORTIFY_SOURCE=2)
endif()
target_link_options(liaise_options INTERFACE -Wl,-z,relro,-z,now)
if(LIAISE_SANITIZE)
  # With sanitizers g++ 12 warns of what is not there; the other builds hold every warning against us.
  target_compile_options(liaise_options INTERFACE -Wno-error)
  target_compile_options(liaise_options INTERFACE -fsanitize=${LIAISE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(liaise_options INTERFACE -fsanitize=${LIAISE_SANITIZE})
endif()
if(LIAISE_FUZZ)
  target_compile_options(liaise_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# liaise_library(NAME SOURCES... [LINK libs...]): a static library liaise_NAME.
function(liaise_library name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_library(liaise_${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(liaise_${name} PUBLIC liaise_options ${arg_LINK})
endfunction()

# liaise_schema(NAME FILES... [LINK libs...]): Cap'n Proto schemas as a library liaise_NAME, whose generated code is not held to
# our warnings. Headers are found as "protocol/schema/X.capnp.h".
function(liaise_schema name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(CAPNPC_SRC_PREFIX ${CMAKE_SOURCE_DIR})
  set(CAPNPC_OUTPUT_DIR ${CMAKE_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${CAPNPC_OUTPUT_DIR})
  capnp_generate_cpp(sources headers ${arg_UNPARSED_ARGUMENTS})
  add_library(liaise_${name} STATIC ${sources} ${headers})
  target_include_directories(liaise_${name} SYSTEM PUBLIC ${CAPNPC_OUTPUT_DIR})
  if(LIAISE_SANITIZE)
    target_compile_options(liaise_${name} PRIVATE -fsanitize=${LIAISE_SANITIZE})
  endif()
  target_link_libraries(liaise_${name} PUBLIC ${arg_LINK})
endfunction()

# liaise_test(NAME SOURCES... [LINK libs...] [LABELS labels...]): a doctest program test-NAME, run by ctest.
function(liaise_test name)
  cmake_parse_arguments(arg "" "" "LINK;LABELS" ${ARGN})
  add_executable(test-${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(test-${name} PRIVATE liaise_options liaise_test_support ${arg_LINK})
  add_test(NAME ${name} COMMAND test-${name} --no-intro)
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600)
endfunction()

# liaise_runs_libzmq(TESTS...): left out under ThreadSanitizer. Debian's libzmq is not instrumented: what our one thread and its threads hand
# to each other through its queues looks like a race each time.
function(liaise_runs_libzmq)
  if(LIAISE_SANITIZE MATCHES "thread")
    set_tests_properties(${ARGN} PROPERTIES DISABLED TRUE)
  endif()
endfunction()

# liaise_fuzzer(NAME SOURCE [LINK libs...]): a libFuzzer program fuzz-NAME with the seeds of tests/fuzz/corpus/NAME.
# They are built by the target `fuzzers` and run by tests/run --fuzz. With other presets it is a program that replays the corpus, so that
# the seeds are a regression test everywhere.
add_custom_target(fuzzers)
function(liaise_fuzzer name source)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(fuzz-${name} ${source})
  target_link_libraries(fuzz-${name} PRIVATE liaise_options ${arg_LINK})
  if(LIAISE_FUZZ)
    target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(fuzz-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
    add_dependencies(fuzzers fuzz-${name})
  else()
    target_link_libraries(fuzz-${name} PRIVATE liaise_fuzz_replay)
    add_test(NAME corpus-${name} COMMAND fuzz-${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(corpus-${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endfunction()

# liaise_bench(NAME SOURCES... [LINK libs...]): a program bench-NAME that prints figures beside those of the bare libraries.
# Built by the target `benches`, run one after the other by tests/run --bench.
add_custom_target(benches)
function(liaise_bench name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(bench-${name} EXCLUDE_FROM_ALL ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(bench-${name} PRIVATE liaise_options ${arg_LINK})
  set_target_properties(bench-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/benches)
  add_dependencies(benches bench-${name})
endfunction()
