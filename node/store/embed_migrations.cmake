# Turns migrations/NNNN_*.sql into a source file, in order of their names. Run by the build with -DFOLDER and -DOUTPUT.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(steps "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND steps "    {\"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from node/store/migrations.
#include \"node/store/migrate.h\"

namespace liaise::node::store {
namespace {
const Migration steps[] = {
${steps}};
}
std::span<const Migration> migrations() {
    return steps;
}
}  // namespace liaise::node::store
")
