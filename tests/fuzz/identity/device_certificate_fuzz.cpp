// Device certificates, as bytes and as bodies that both known keys signed.
#include "protocol/identity/device_certificate.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    if (const auto certificate = DeviceCertificate::parse(input))
        LIAISE_CHECK(same_bytes(certificate->encoded(), input));
    const auto& keys = fuzz::known_keys();
    constexpr auto purpose = crypto::Purpose::device_certificate;
    Bytes body = fuzz::with_key(input, 1, keys.identity.public_key());
    body = fuzz::with_key(body, 33, keys.device.public_key());
    const auto certificate =
        DeviceCertificate::assemble(body, keys.identity.sign(purpose, body), keys.device.sign(purpose, body));
    if (!certificate) return 0;
    LIAISE_CHECK(DeviceCertificate::body_of(certificate->fields()).value() == body);
    LIAISE_CHECK(DeviceCertificate::parse(certificate->encoded()).value() == *certificate);
    return 0;
}
