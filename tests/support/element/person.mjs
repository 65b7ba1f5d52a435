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

let client;

const write = (line) => process.stdout.write(JSON.stringify(line) + "\n");

/** Until `look` finds it so; it looks again at each such event. */
function until(name, look) {
    return new Promise((done) => {
        const again = async () => {
            if (await look()) {
                client.off(name, again);
                done();
            }
        };
        client.on(name, again);
        again();
    });
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

    /** A new encrypted private room, once the library knows that it is encrypted. */
    async chat({ user }) {
        const { room_id: id } = await client.createRoom({
            is_direct: true,
            invite: [user],
            preset: "trusted_private_chat",
            initial_state: [
                {
                    type: "m.room.encryption",
                    state_key: "",
                    content: { algorithm: "m.megolm.v1.aes-sha2" },
                },
            ],
        });
        const isEncrypted = () => client.getRoom(id)?.hasEncryptionStateEvent();
        await until(ClientEvent.Sync, isEncrypted);
        return id;
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
