"""A foreign voice for PACE: libeac (OpenPACE) as terminal or as chip, driven over standard input and output.

pace_oracle.py terminal EF_CARDACCESS TYPE SECRET
    writes each command APDU as a line `> hex` and reads its answer as a line of hex; then `done`, or `failed WHY`.
    After `done` each line of hex on the input is a plain command: it goes out protected, and the plain answer with its
    status word is written as `= hex`, or `failed WHY`.
pace_oracle.py chip EF_CARDACCESS TYPE SECRET FILE...
    FILE is `011e:hex`. Reads each command APDU as a line of hex (or `reset`) and writes its answer as a line of hex.

TYPE is libeac's: 1 MRZ (three lines of 30), 2 CAN, 5 raw (SHA-1 of the MRZ information). SECRET is hex of its bytes.
The framing here is this file's own; every nonce, key, token, cipher and MAC is libeac's.
"""

import sys
from ctypes import CDLL, POINTER, Structure, c_char_p, c_int, c_size_t, c_ulong, c_void_p, string_at

OID = bytes.fromhex("04007f00070202040202")
APPLICATION = bytes.fromhex("a0000002471001")
eac = CDLL("libeac.so.3")


class Buffer(Structure):
    """OpenSSL's BUF_MEM."""

    _fields_ = [("length", c_size_t), ("data", c_void_p), ("max", c_size_t), ("flags", c_ulong)]


Pointer = POINTER(Buffer)
for name in (
    "PACE_STEP1_enc_nonce PACE_STEP3A_generate_mapping_data PACE_STEP3B_generate_ephemeral_key "
    "PACE_STEP3D_compute_authentication_token EAC_add_iso_pad EAC_remove_iso_pad EAC_encrypt EAC_decrypt "
    "EAC_authenticate BUF_MEM_create_init"
).split():
    getattr(eac, name).restype = Pointer
eac.EAC_CTX_new.restype = eac.PACE_SEC_new.restype = c_void_p
eac.PACE_SEC_new.argtypes = [c_char_p, c_size_t, c_int]
eac.EAC_CTX_init_ef_cardaccess.argtypes = [c_char_p, c_size_t, c_void_p]
eac.BUF_MEM_create_init.argtypes = [c_char_p, c_size_t]


class Failed(Exception):
    pass


def buffer(data):
    return eac.BUF_MEM_create_init(data, len(data))


def taken(pointer):
    if not pointer:
        raise Failed("libeac gave nothing")
    return string_at(pointer.contents.data, pointer.contents.length)


def tlv(tag, value):
    head = tag.to_bytes(2 if tag > 255 else 1, "big")
    size = len(value)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return head + length + value


def objects(data):
    """Tags of one byte, lengths of up to three."""
    found = {}
    while data:
        size, start = data[1], 2
        if size > 128:
            start += size - 128
            size = int.from_bytes(data[2:start], "big")
        found[data[0]] = data[start : start + size]
        data = data[start + size :]
    return found


class Side:
    """One side of PACE and of the messaging that follows."""

    def __init__(self, card_access, kind, secret):
        eac.EAC_init()
        self.ctx = c_void_p(eac.EAC_CTX_new())
        self.secret = c_void_p(eac.PACE_SEC_new(secret, len(secret), kind))
        if not self.secret or eac.EAC_CTX_init_ef_cardaccess(card_access, len(card_access), self.ctx) != 1:
            raise Failed("libeac does not take EF.CardAccess or the password")

    def mapping(self):
        return taken(eac.PACE_STEP3A_generate_mapping_data(self.ctx))

    def map(self, peer):
        if eac.PACE_STEP3A_map_generator(self.ctx, buffer(peer)) != 1:
            raise Failed("mapping")
        return taken(eac.PACE_STEP3B_generate_ephemeral_key(self.ctx))

    def agree(self, peer):
        if eac.PACE_STEP3B_compute_shared_secret(self.ctx, buffer(peer)) != 1:
            raise Failed("key agreement")
        if eac.PACE_STEP3C_derive_keys(self.ctx) != 1:
            raise Failed("key derivation")
        return taken(eac.PACE_STEP3D_compute_authentication_token(self.ctx, buffer(peer)))

    def finish(self, token):
        if eac.PACE_STEP3D_verify_authentication_token(self.ctx, buffer(token)) != 1:
            raise Failed("token")
        if eac.EAC_CTX_set_encryption_ctx(self.ctx, 0) != 1:
            raise Failed("messaging")

    def count(self):
        eac.EAC_increment_ssc(self.ctx)

    def pad(self, data):
        return taken(eac.EAC_add_iso_pad(self.ctx, buffer(data)))

    def cipher(self, data):
        return taken(eac.EAC_encrypt(self.ctx, buffer(self.pad(data))))

    def plain(self, data):
        return taken(eac.EAC_remove_iso_pad(eac.EAC_decrypt(self.ctx, buffer(data))))

    def mac(self, data):
        return taken(eac.EAC_authenticate(self.ctx, buffer(self.pad(data))))


def step(cla, value, answer):
    sent = tlv(0x7C, value)
    got = answer(bytes([cla, 0x86, 0, 0, len(sent)]) + sent + b"\0")
    if got[-2:] != b"\x90\0":
        raise Failed(got[-2:].hex())
    return next(iter(objects(objects(got[:-2])[0x7C]).values()))


def terminal(card_access, kind, secret):
    def answer(command):
        print(">", command.hex(), flush=True)
        return bytes.fromhex(sys.stdin.readline())

    side = Side(card_access, kind, secret)
    chosen = tlv(0x80, OID) + tlv(0x83, bytes([2 if kind == 2 else 1]))
    got = answer(bytes([0, 0x22, 0xC1, 0xA4, len(chosen)]) + chosen)
    if got != b"\x90\0":
        raise Failed(got.hex())
    nonce = step(0x10, b"", answer)
    if eac.PACE_STEP2_dec_nonce(side.ctx, side.secret, buffer(nonce)) != 1:
        raise Failed("nonce")
    key = side.map(step(0x10, tlv(0x81, side.mapping()), answer))
    token = side.agree(step(0x10, tlv(0x83, key), answer))
    side.finish(step(0x00, tlv(0x85, token), answer))
    print("done", flush=True)
    for line in sys.stdin:
        print("=", protected(side, bytes.fromhex(line), answer).hex(), flush=True)


def protected(side, command, answer):
    """Sends one plain command (header, Lc and data or nothing, Le or nothing) under the session."""
    header = bytes([command[0] | 0x0C]) + command[1:4]
    data = command[5 : 5 + command[4]] if len(command) > 5 else b""
    le = command[4:] if len(command) == 5 else command[5 + len(data) :]
    side.count()
    body = (tlv(0x87, b"\1" + side.cipher(data)) if data else b"") + (tlv(0x97, le) if le else b"")
    sent = body + tlv(0x8E, side.mac(side.pad(header) + body))
    got = answer(header + bytes([len(sent)]) + sent + b"\0")
    side.count()
    body, parts = got[:-12], objects(got[:-2])
    if side.mac(body) != parts[0x8E]:
        raise Failed("mac of the answer")
    if parts[0x99] != got[-2:]:
        raise Failed("status word inside and outside")
    return (side.plain(parts[0x87][1:]) if 0x87 in parts else b"") + parts[0x99]


class Chip:
    """The least chip that a reader can open by PACE and read."""

    def __init__(self, card_access, kind, secret, files):
        self.begin = lambda: Side(card_access, kind, secret)
        self.files = {0x011C: card_access, **files}
        self.reference = 2 if kind == 2 else 1
        self.reset()

    def reset(self):
        self.side = self.key = self.file = None
        self.is_open = self.is_application = False

    def answer(self, command):
        if command[0] & 0x0C == 0x0C:
            return self.secure(command) if self.is_open else b"\x69\x82"
        self.is_open = False
        data = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if command[1] == 0x22:
            return self.choose(objects(data))
        if command[1] == 0x86:
            return self.authenticate(objects(objects(data)[0x7C]))
        return self.file_command(command[:4], data, command[-1] or 256)

    def choose(self, parts):
        if parts.get(0x80) != OID or parts.get(0x83) != bytes([self.reference]):
            return b"\x6a\x88"
        self.side = self.begin()
        return b"\x90\0"

    def authenticate(self, parts):
        side = self.side
        if not parts:
            given = tlv(0x80, taken(eac.PACE_STEP1_enc_nonce(side.ctx, side.secret)))
        elif 0x81 in parts:
            given = tlv(0x82, side.mapping())
            self.key = side.map(parts[0x81])
        elif 0x83 in parts:
            self.token = side.agree(parts[0x83])
            given = tlv(0x84, self.key)
        else:
            try:
                side.finish(parts[0x85])
            except Failed:
                return b"\x63\0"
            self.is_open = True
            given = tlv(0x86, self.token)
        return tlv(0x7C, given) + b"\x90\0"

    def secure(self, command):
        side, body = self.side, command[5:-1]
        side.count()
        parts = objects(body)
        if side.mac(side.pad(command[:4]) + body[:-10]) != parts[0x8E]:
            return b"\x69\x88"
        data = side.plain(parts[0x87][1:]) if 0x87 in parts else b""
        le = parts.get(0x97, b"\0")[-1] or 256
        got = self.file_command(command[:4], data, le)
        side.count()
        sent = (tlv(0x87, b"\1" + side.cipher(got[:-2])) if len(got) > 2 else b"") + tlv(0x99, got[-2:])
        return sent + tlv(0x8E, side.mac(sent)) + got[-2:]

    def file_command(self, header, data, le):
        if header[1] == 0xA4 and header[2] == 4:
            self.is_application = data == APPLICATION
            return b"\x90\0" if self.is_application else b"\x6a\x82"
        if header[1] == 0xA4:
            self.file = self.named(int.from_bytes(data, "big"))
            return b"\x6a\x82" if self.file is None else b"\x90\0"
        if header[1] != 0xB0:
            return b"\x6d\0"
        offset = header[3] if header[2] & 0x80 else header[2] * 256 + header[3]
        if header[2] & 0x80:
            self.file = self.named(0x0100 | header[2] & 0x1F)
        if self.file is None:
            return b"\x69\x86"
        part = self.file[offset : offset + le]
        return part + (b"\x90\0" if len(part) == le else b"\x62\x82")

    def named(self, identifier):
        is_here = (identifier == 0x011C) != self.is_application
        return self.files.get(identifier) if is_here and (self.is_open or not self.is_application) else None


def main():
    role, card_access, kind, secret = sys.argv[1], bytes.fromhex(sys.argv[2]), int(sys.argv[3]), bytes.fromhex(sys.argv[4])
    if role == "terminal":
        try:
            terminal(card_access, kind, secret)
        except Failed as why:
            print("failed", why, flush=True)
        return
    files = {int(name, 16): bytes.fromhex(value) for name, value in (text.split(":") for text in sys.argv[5:])}
    chip = Chip(card_access, kind, secret, files)
    for line in sys.stdin:
        if line.strip() == "reset":
            chip.reset()
            continue
        try:
            print(chip.answer(bytes.fromhex(line)).hex(), flush=True)
        except Failed:
            print("6a80", flush=True)


main()
