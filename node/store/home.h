// The home folder of one daemon, and the promise that only one daemon works in it.
//
//     vault  store.db (+ -wal)  chunks.pack  control.sock  lock  log
//
// - The folder belongs to the user and nobody else may enter it (0700). One that we own and others can enter
//   is closed to them; one that another user owns is refused. Why: another local user must not reach the
//   socket or copy the store (attack class 34).
// - `lock` is held with flock for as long as Home lives, and names the holder's process. A second daemon gets
//   conflict with that number in Error::at. The lock falls with the process, so nothing stale is left behind.
#pragma once

#include <memory>

#include "node/store/files.h"

namespace liaise::node::store {

class Home {
  public:
    // Makes the folder where it is absent (its parent must exist) and takes the lock.
    static Result<Home> open(const std::string& folder);

    const std::string& folder() const { return folder_; }
    std::string path_of(std::string_view name) const { return folder_ + "/" + std::string(name); }
    std::string vault() const { return path_of("vault"); }
    std::string database() const { return path_of("store.db"); }
    std::string chunks() const { return path_of("chunks.pack"); }
    std::string control_socket() const { return path_of("control.sock"); }
    std::string log() const { return path_of("log"); }

    // The vault is written last when a home is made: a home without one holds nothing that can be read.
    bool initialised() const { return file_exists(vault()); }

  private:
    Home(std::string folder, Descriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
    std::string folder_;
    Descriptor lock_;
};

}  // namespace liaise::node::store
