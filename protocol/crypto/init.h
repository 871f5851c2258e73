// Call once before anything else of this folder: libsodium picks its implementations for this processor.
// Stops the process when that fails. Idempotent.
#pragma once

namespace liaise::crypto {
void initialise();
}
