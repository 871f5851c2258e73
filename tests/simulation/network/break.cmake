# Writes OUT: SOURCE with OLD replaced by NEW. OLD must stand there once: where the source changed, so must the list of what is broken.
file(READ ${SOURCE} text)
string(FIND "${text}" "${OLD}" first)
string(FIND "${text}" "${OLD}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${SOURCE} does not hold exactly one:\n${OLD}\ntests/simulation/network/CMakeLists.txt breaks it there on purpose.")
endif()
string(REPLACE "${OLD}" "${NEW}" text "${text}")
file(WRITE ${OUT} "${text}")
