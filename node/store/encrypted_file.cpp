#include "node/store/encrypted_file.h"

#include <sqlite3.h>

namespace liaise::node::store {
namespace {

constexpr std::size_t database_header_bytes = 100;
constexpr std::size_t log_header_bytes = 32;
constexpr std::size_t frame_head_bytes = 24;
constexpr std::size_t frame_bytes = frame_head_bytes + page_bytes;
constexpr std::size_t bound_head_bytes = 16;  // of a frame head: page number, commit mark, salts
constexpr std::size_t journal_header_bytes = 512;

std::uint32_t big_endian32(BytesView bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes.first<4>()) value = value << 8 | byte;
    return value;
}

PagePlace main_place(std::int64_t at) {
    return {PageKind::main, static_cast<std::uint32_t>(at / static_cast<std::int64_t>(page_bytes) + 1), {}};
}

PagePlace frame_place(std::uint32_t frame, BytesView head) {
    PagePlace place{PageKind::log, frame, {}};
    std::copy_n(head.begin(), bound_head_bytes, place.frame_head.begin());
    return place;
}

// What SQLite asks for before it knows the file: page size, and reserved bytes of each page. The rest of the
// header it reads again with page 1.
void answer_header(MutableBytes to) {
    std::fill(to.begin(), to.end(), std::uint8_t{0});
    to[16] = page_bytes >> 8;
    to[20] = page_reserved_bytes;
}

bool is_whole_page(std::size_t count, std::int64_t at) {
    return count == page_bytes && at % static_cast<std::int64_t>(page_bytes) == 0;
}

}  // namespace

int EncryptedFile::read_beneath(MutableBytes to, std::int64_t at) {
    return beneath_.pMethods->xRead(&beneath_, to.data(), static_cast<int>(to.size()), at);
}

int EncryptedFile::write_beneath(BytesView from, std::int64_t at) {
    return beneath_.pMethods->xWrite(&beneath_, from.data(), static_cast<int>(from.size()), at);
}

int EncryptedFile::size_beneath(std::int64_t& size) {
    sqlite3_int64 found = 0;
    const int result = beneath_.pMethods->xFileSize(&beneath_, &found);
    size = found;
    return result;
}

// --- the database file

int MainFile::read(MutableBytes to, std::int64_t at) {
    if (at == 0 && to.size() == database_header_bytes) return answer_header(to), SQLITE_OK;
    const auto within = static_cast<std::size_t>(at) % page_bytes;
    if (within + to.size() > page_bytes) return SQLITE_IOERR_READ;
    const std::int64_t start = at - static_cast<std::int64_t>(within);
    const bool whole = to.size() == page_bytes;
    const Page page = whole ? Page(to.first<page_bytes>()) : Page(MutableBytes(scratch_).first<page_bytes>());
    const int result = read_beneath(page, start);
    if (result == SQLITE_IOERR_SHORT_READ) std::fill(to.begin(), to.end(), std::uint8_t{0});
    if (result != SQLITE_OK) return result;
    if (!cipher_.open(main_place(start), page, page)) return SQLITE_IOERR_DATA;
    if (!whole) std::copy_n(page.begin() + static_cast<std::ptrdiff_t>(within), to.size(), to.begin());
    return SQLITE_OK;
}

int MainFile::write(BytesView from, std::int64_t at) {
    if (!is_whole_page(from.size(), at)) return SQLITE_IOERR_WRITE;
    const auto reserved = from.last<page_reserved_bytes>();
    const bool reserve_is_free =
        std::all_of(reserved.begin(), reserved.end(), [](std::uint8_t byte) { return byte == 0; });
    if (!reserve_is_free || (at == 0 && from[20] != page_reserved_bytes)) return SQLITE_IOERR_WRITE;
    if (const int result = fill_gap(at); result != SQLITE_OK) return result;
    return write_page(from.first<page_bytes>(), at);
}

int MainFile::write_page(PageView plain, std::int64_t at) {
    const Page sealed = MutableBytes(scratch_).first<page_bytes>();
    cipher_.seal(main_place(at), plain, sealed);
    const int result = write_beneath(sealed, at);
    if (result == SQLITE_OK) size_ = std::max(size_, at + static_cast<std::int64_t>(page_bytes));
    return result;
}

int MainFile::fill_gap(std::int64_t until) {
    if (size_ < 0) {
        if (const int result = size_beneath(size_); result != SQLITE_OK) return size_ = -1, result;
        size_ -= size_ % static_cast<std::int64_t>(page_bytes);  // a page cut short is no page
    }
    static constexpr std::array<std::uint8_t, page_bytes> empty{};
    while (size_ < until)
        if (const int result = write_page(empty, size_); result != SQLITE_OK) return result;
    return SQLITE_OK;
}

// --- the write-ahead log

namespace {

struct InFrame {
    std::uint32_t frame;
    std::size_t within;
    std::int64_t start;
};

InFrame locate(std::int64_t at) {
    const auto behind_header = static_cast<std::size_t>(at) - log_header_bytes;
    const std::size_t within = behind_header % frame_bytes;
    return {static_cast<std::uint32_t>(behind_header / frame_bytes), within,
            at - static_cast<std::int64_t>(within)};
}

}  // namespace

int LogFile::read(MutableBytes to, std::int64_t at) {
    if (at < static_cast<std::int64_t>(log_header_bytes))
        return static_cast<std::size_t>(at) + to.size() <= log_header_bytes ? read_beneath(to, at)
                                                                            : SQLITE_IOERR_READ;
    const auto [frame, within, start] = locate(at);
    if (within == 0 && to.size() == frame_bytes) return read_frame(to, at, frame);
    if (within == frame_head_bytes && to.size() == page_bytes) return read_page(to, start, frame);
    if (within != bound_head_bytes || to.size() != 8) return SQLITE_IOERR_READ;
    const int result = read_beneath(to, at);
    if (result == SQLITE_OK) cipher_.unmask_log_checksum(frame, to.first<8>());
    return result;
}

int LogFile::read_frame(MutableBytes to, std::int64_t at, std::uint32_t frame) {
    if (const int result = read_beneath(to, at); result != SQLITE_OK) return result;
    const Page page = to.subspan<frame_head_bytes, page_bytes>();
    cipher_.unmask_log_checksum(frame, to.subspan<bound_head_bytes, 8>());
    if (cipher_.open(frame_place(frame, to), page, page))
        whole_read_at_ = at;
    else
        std::fill_n(to.begin(), 4, std::uint8_t{0});
    return SQLITE_OK;
}

int LogFile::read_page(MutableBytes to, std::int64_t start, std::uint32_t frame) {
    const MutableBytes whole(scratch_);
    if (const int result = read_beneath(whole, start); result != SQLITE_OK) return result;
    const PageView sealed = whole.subspan<frame_head_bytes, page_bytes>();
    return cipher_.open(frame_place(frame, whole), sealed, to.first<page_bytes>()) ? SQLITE_OK
                                                                                   : SQLITE_IOERR_DATA;
}

int LogFile::write(BytesView from, std::int64_t at) {
    if (at == 0 && from.size() == log_header_bytes) return write_beneath(from, at);
    if (at < static_cast<std::int64_t>(log_header_bytes)) return SQLITE_IOERR_WRITE;
    const auto [frame, within, start] = locate(at);
    const bool was_read = std::exchange(whole_read_at_, -1) == at;
    if (within == 0 && from.size() == frame_head_bytes)
        return was_read ? replace_head(from, at, frame) : write_head(from, at, frame);
    if (within == frame_head_bytes && from.size() == page_bytes) return write_page(from, start, frame);
    return SQLITE_IOERR_WRITE;  // part of a frame: the disk beneath does not say that neighbours survive
}

int LogFile::write_head(BytesView from, std::int64_t at, std::uint32_t frame) {
    std::array<std::uint8_t, frame_head_bytes> head{};
    std::copy(from.begin(), from.end(), head.begin());
    std::copy_n(from.begin(), bound_head_bytes, head_.begin());
    head_at_ = at;
    cipher_.mask_log_checksum(frame, MutableBytes(head).last<8>());
    return write_beneath(head, at);
}

// SQLite summed its log again: the page goes on under a head with other salts.
int LogFile::replace_head(BytesView from, std::int64_t at, std::uint32_t frame) {
    const MutableBytes whole(scratch_);
    if (const int result = read_beneath(whole, at); result != SQLITE_OK) return result;
    const Page page = whole.subspan<frame_head_bytes, page_bytes>();
    if (!cipher_.open(frame_place(frame, whole), page, page)) return SQLITE_IOERR_DATA;
    if (const int result = write_head(from, at, frame); result != SQLITE_OK) return result;
    cipher_.seal(frame_place(frame, head_), page, page);
    return write_beneath(page, at + static_cast<std::int64_t>(frame_head_bytes));
}

int LogFile::write_page(BytesView from, std::int64_t start, std::uint32_t frame) {
    if (head_at_ != start) {  // this page was written before in the same transaction
        if (const int result = read_beneath(head_, start); result != SQLITE_OK) return result;
        head_at_ = start;
    }
    const Page sealed = MutableBytes(scratch_).first<page_bytes>();
    cipher_.seal(frame_place(frame, head_), from.first<page_bytes>(), sealed);
    return write_beneath(sealed, start + static_cast<std::int64_t>(frame_head_bytes));
}

// --- the rollback journal

int JournalFile::read(MutableBytes to, std::int64_t at) {
    if (const int result = read_beneath(to, at); result != SQLITE_OK) return result;
    if (to.size() == 4 && at == checksum_at_) {
        for (std::size_t i = 0; i < 4; ++i) to[i] ^= static_cast<std::uint8_t>(cover_ >> (8 * i));
    } else if (to.size() == 4) {
        number_at_ = at;
        number_ = big_endian32(to);
    } else if (to.size() == page_bytes) {
        if (number_at_ != at - 4) return SQLITE_IOERR_READ;
        const Page page = to.first<page_bytes>();
        cover_ = cipher_.journal_cover(page);
        checksum_at_ = at + static_cast<std::int64_t>(page_bytes);
        if (!cipher_.open({PageKind::journal, number_, {}}, page, page)) return SQLITE_IOERR_DATA;
    }
    return SQLITE_OK;
}

int JournalFile::write(BytesView from, std::int64_t at) {
    const std::int64_t checksum_at = std::exchange(checksum_at_, -1);
    if (from.size() == 4 && at == checksum_at) {
        std::array<std::uint8_t, 4> covered{};
        for (std::size_t i = 0; i < 4; ++i)
            covered[i] = from[i] ^ static_cast<std::uint8_t>(cover_ >> (8 * i));
        return write_beneath(covered, at);
    }
    if (from.size() == 4) {
        number_at_ = at;
        number_ = big_endian32(from);
        return write_beneath(from, at);
    }
    if (from.size() == page_bytes && number_at_ == at - 4) {
        const Page sealed = MutableBytes(scratch_).first<page_bytes>();
        cipher_.seal({PageKind::journal, number_, {}}, from.first<page_bytes>(), sealed);
        cover_ = cipher_.journal_cover(sealed);
        checksum_at_ = at + static_cast<std::int64_t>(page_bytes);
        return write_beneath(sealed, at);
    }
    const bool header = from.size() <= journal_header_bytes && at % 512 == 0;
    return header ? write_beneath(from, at) : SQLITE_IOERR_WRITE;
}

}  // namespace liaise::node::store
