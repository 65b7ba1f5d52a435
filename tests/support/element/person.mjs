// A person whose client is built as Element is: matrix-js-sdk with its crypto in Rust, in the mode
// that leaves out insecure devices. The argument is the folder that holds node_modules.
//
// It is told what to do in lines of JSON on standard input, `{"id": 1, "ask": "say", "of": {...}}`;
// each is answered on standard output by a line with the same id and a `value` or an `error`.
// Between them stands an `event` for each that has come, as far as it could be decrypted. It joins
// whatever it is invited to, and ends when its input does.

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// The library writes its log to the console; standard output is for answers alone.
globalThis.console = new console.Console(process.stderr, process.stderr);
console.trace = console.debug = console.info = console.log = () => {};

// All that the library needs of Node 22.
Promise.withResolvers ??= () => {
    const found = {};
    found.promise = new Promise((...both) => ([found.resolve, found.reject] = both));
    return found;
};

const { resolve: find } = createRequire(resolve(process.argv[2], "package.json"));
const load = (name) => import(pathToFileURL(find(name)));
const { ClientEvent, MatrixEventEvent, RoomEvent, createClient } = await load("matrix-js-sdk");
const { CryptoEvent, EventShieldColour, EventShieldReason, OnlySignedDevicesIsolationMode } =
    await load("matrix-js-sdk/lib/crypto-api/index.js");
const { VerificationPhase, VerificationRequestEvent, VerifierEvent } = await load(
    "matrix-js-sdk/lib/crypto-api/verification.js",
);

let client;

/** The verification that was begun last. */
let request;
let sas;

const write = (line) => process.stdout.write(JSON.stringify(line) + "\n");

/** Until `look` finds it so; it looks again at each such event. */
function until(name, look, of = client) {
    return new Promise((done) => {
        const again = async () => {
            if (await look()) {
                of.off(name, again);
                done();
            }
        };
        of.on(name, again);
        again();
    });
}

/** Until the verification is as far as one of these phases, or cancelled. */
function phase(...wanted) {
    wanted.push(VerificationPhase.Cancelled);
    const reached = () => wanted.includes(request.phase);
    return until(VerificationRequestEvent.Change, reached, request);
}

async function isVerified(user) {
    return (await client.getCrypto().getUserVerificationStatus(user)).isVerified();
}

async function compared() {
    return {
        phase: VerificationPhase[request.phase],
        code: request.cancellationCode,
        verified: await isVerified(request.otherUserId),
        emoji: sas?.sas.emoji.map(([emoji]) => emoji),
        decimal: sas?.sas.decimal.join(" "),
    };
}

async function isSigned(user, device) {
    const status = await client.getCrypto().getDeviceVerificationStatus(user, device);
    return status && status.signedByOwner;
}

function shown(event) {
    const content = event.getContent();
    return {
        id: event.getId(),
        room: event.getRoomId(),
        sender: event.getSender(),
        type: event.getType(),
        content,
        encrypted: event.isEncrypted(),
        // Why it cannot be read.
        failure: event.decryptionFailureReason,
    };
}

const asked = {
    /** Sign in, sign the device with new keys of the account, and catch up. */
    async start({ url, user, device, token }) {
        client = createClient({
            baseUrl: url,
            userId: user,
            deviceId: device,
            accessToken: token,
        });
        await client.initRustCrypto({ useIndexedDB: false });
        const crypto = client.getCrypto();
        crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
        client.on(ClientEvent.Event, (event) => {
            // What is shown of a room with the invite into it has no id.
            if (event.getId() && !event.isEncrypted()) write({ event: shown(event) });
        });
        client.on(MatrixEventEvent.Decrypted, (event) => write({ event: shown(event) }));
        client.on(RoomEvent.MyMembership, (room, membership) => {
            if (membership === "invite") client.joinRoom(room.roomId);
        });
        await client.startClient();
        await until(ClientEvent.Sync, () => client.isInitialSyncComplete());
        await crypto.bootstrapCrossSigning({
            authUploadDeviceSigningKeys: (upload) => upload(null),
        });
        return crypto.getVersion();
    },

    /** A new private room, once the library knows whether it is encrypted. */
    async chat({ user, encrypted }) {
        const { room_id: id } = await client.createRoom({
            is_direct: true,
            invite: [user],
            preset: "trusted_private_chat",
            initial_state: encrypted
                ? [
                      {
                          type: "m.room.encryption",
                          state_key: "",
                          content: { algorithm: "m.megolm.v1.aes-sha2" },
                      },
                  ]
                : [],
        });
        const isKnown = () => client.getRoom(id)?.hasEncryptionStateEvent() === encrypted;
        await until(ClientEvent.Sync, isKnown);
        return id;
    },

    /** Begin to verify somebody, in a room or on a device, as far as there is something to compare. */
    async verify({ user, device, room }) {
        const crypto = client.getCrypto();
        sas = undefined;
        request = await (room
            ? crypto.requestVerificationDM(user, room)
            : crypto.requestDeviceVerification(user, device));
        await phase(VerificationPhase.Ready);
        if (request.phase === VerificationPhase.Ready) {
            const verifier = await request.startVerification("m.sas.v1");
            const shown = new Promise((done) => verifier.on(VerifierEvent.ShowSas, done));
            // That it was cancelled is seen in its phase.
            verifier.verify().catch(() => {});
            sas = await Promise.race([shown, phase()]);
        }
        return compared();
    },

    /** Say that it is the same, or that it is not; then what became of it, once the signature under
     * the other's account key is there. */
    async compare({ same }) {
        await (same ? sas.confirm() : sas.mismatch());
        await phase(VerificationPhase.Done);
        if (request.phase === VerificationPhase.Done) {
            const { otherUserId } = request;
            await until(CryptoEvent.UserTrustStatusChanged, () => isVerified(otherUserId));
        }
        return compared();
    },

    async say({ room, text }) {
        return (await client.sendTextMessage(room, text)).event_id;
    },

    async react({ room, event, sign }) {
        const relation = { rel_type: "m.annotation", event_id: event, key: sign };
        const content = { "m.relates_to": relation };
        return (await client.sendEvent(room, "m.reaction", content)).event_id;
    },

    /** The shield beside each of somebody's encrypted events; null where it cannot be read. */
    async shields({ room, user }) {
        const events = client.getRoom(room).getLiveTimeline().getEvents();
        const theirs = events.filter((each) => each.getSender() === user && each.isEncrypted());
        return Promise.all(
            theirs.map(async (event) => {
                await client.decryptEventIfNeeded(event);
                const info = await client.getCrypto().getEncryptionInfoForEvent(event);
                return {
                    ...shown(event),
                    colour: info && EventShieldColour[info.shieldColour],
                    reason: info && (EventShieldReason[info.shieldReason] ?? null),
                };
            }),
        );
    },

    /** Whether the device's owner has signed it; null where it is not known. */
    signed({ user, device }) {
        return isSigned(user, device);
    },

    /** Until the device's owner has signed it. */
    signing({ user, device }) {
        return until(CryptoEvent.DevicesUpdated, () => isSigned(user, device));
    },
};

async function answer({ id, ask, of }) {
    try {
        write({ id, value: (await asked[ask](of)) ?? null });
    } catch (error) {
        write({ id, error: String(error?.stack ?? error) });
    }
}

createInterface({ input: process.stdin })
    .on("line", (line) => answer(JSON.parse(line)))
    .on("close", () => process.exit(0));
