// The three kinds of file that SQLite keeps for a database, as they stand encrypted on disk. Each takes
// SQLite's reads and writes of plain bytes and does them sealed on the file beneath. Answers are SQLite's
// result codes.
//
// What each kind must know about SQLite's habits is said at its class; docs/storage.md, "Traps", has the
// list. Whatever is not one of the known reads and writes is refused: better an error than a plain byte on
// disk.
#pragma once

#include <memory>

#include "node/store/page_cipher.h"

struct sqlite3_file;

namespace liaise::node::store {

class EncryptedFile {
  public:
    virtual ~EncryptedFile() = default;
    virtual int read(MutableBytes to, std::int64_t at) = 0;
    virtual int write(BytesView from, std::int64_t at) = 0;
    virtual void truncated(std::int64_t /*size*/) {}

  protected:
    EncryptedFile(sqlite3_file& beneath, PageCipher& cipher) : beneath_(beneath), cipher_(cipher) {}
    int read_beneath(MutableBytes to, std::int64_t at);
    int write_beneath(BytesView from, std::int64_t at);
    int size_beneath(std::int64_t& size);

    sqlite3_file& beneath_;
    PageCipher& cipher_;
    std::array<std::uint8_t, 24 + page_bytes> scratch_{};
};

// The database file: whole pages, each sealed for its page number.
//
// - The first 100 bytes are asked for before anything is known: answered from what is fixed (page size,
//   reserved bytes), so that page 1 needs no plain byte. Shorter reads open the page and copy the part.
// - A page beyond the end makes the file longer; pages skipped on the way are written sealed and empty, so
//   that no page of zeros is ever valid, and a zeroed page is found out.
class MainFile final : public EncryptedFile {
  public:
    MainFile(sqlite3_file& beneath, PageCipher& cipher) : EncryptedFile(beneath, cipher) {}
    int read(MutableBytes to, std::int64_t at) override;
    int write(BytesView from, std::int64_t at) override;
    void truncated(std::int64_t size) override { size_ = size; }

  private:
    int write_page(PageView plain, std::int64_t at);
    int fill_gap(std::int64_t until);
    std::int64_t size_ = -1;  // unknown until the first write
};

// The write-ahead log: a header of 32 bytes with no content in it, then frames of 24 + 4096 bytes.
//
// - A frame's head is written before its page; head and frame number are the page's associated data, so that
//   a frame opens only where it was written, with the commit mark it was written with.
// - A page written twice in one transaction is rewritten in place: the head is then read back from disk.
// - From then on SQLite writes the transaction's heads without salts, and finishes them at its end: it reads
//   each frame whole and writes its head again. The page is sealed anew under the finished head. Until then
//   nothing of the transaction counts, so a crash in between loses nothing.
// - The head's checksum is masked.
// - Recovery reads whole frames. One that does not open must look torn, not like a failing disk: it is given
//   back with page number zero, where recovery stops. A read of a page alone that does not open is an error.
class LogFile final : public EncryptedFile {
  public:
    LogFile(sqlite3_file& beneath, PageCipher& cipher) : EncryptedFile(beneath, cipher) {}
    int read(MutableBytes to, std::int64_t at) override;
    int write(BytesView from, std::int64_t at) override;

  private:
    int read_frame(MutableBytes to, std::int64_t at, std::uint32_t frame);
    int read_page(MutableBytes to, std::int64_t at, std::uint32_t frame);
    int write_head(BytesView from, std::int64_t at, std::uint32_t frame);
    int replace_head(BytesView from, std::int64_t at, std::uint32_t frame);
    int write_page(BytesView from, std::int64_t at, std::uint32_t frame);

    std::int64_t whole_read_at_ =
        -1;                      // of the frame that was read last and opened, if nothing was written since
    std::int64_t head_at_ = -1;  // of the frame head written last
    std::array<std::uint8_t, 16> head_{};
};

// The rollback journal, used while a new database becomes one with a write-ahead log: headers with no
// content, then records of page number 4, page 4096, checksum 4.
//
// - Page number and checksum come as writes of their own, before and behind the page.
// - A record that does not open is an error, not a torn end: SQLite's own checksum there samples one byte in
//   200, so that a spoilt page could pass it.
class JournalFile final : public EncryptedFile {
  public:
    JournalFile(sqlite3_file& beneath, PageCipher& cipher) : EncryptedFile(beneath, cipher) {}
    int read(MutableBytes to, std::int64_t at) override;
    int write(BytesView from, std::int64_t at) override;

  private:
    std::int64_t number_at_ = -1;  // of the page number seen last
    std::uint32_t number_ = 0;
    std::int64_t checksum_at_ = -1;  // of the checksum due behind the page seen last
    std::uint32_t cover_ = 0;
};

}  // namespace liaise::node::store
