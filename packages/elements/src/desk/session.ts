import { type KeyFile, serverAddress } from "@amana/client/keys";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type Programme, programmeId } from "@amana/core/programme";

/** The screens that every desk has. */
export type DeskScreen = "key" | "opening" | "trust" | "connecting" | "left";

/** The key file, wherever it is opened. */
export interface KeyTools {
  openKeyFile(bytes: Uint8Array, passphrase: string): Promise<KeyFile>;
  makeKeyFile(file: KeyFile, passphrase: string): Promise<Uint8Array>;
}

/** One server, as far as every desk asks it. */
export interface DeskServer {
  /** What it says that it is: only to show the digits. */
  claimed(): Promise<Programme>;
  /** @throws ERR_PROGRAMME_MISMATCH when it is of another programme than `pinned` */
  connect(pinned: string): Promise<Programme>;
}

export interface DeskClient<Server extends DeskServer> extends KeyTools {
  server(address: string): Server;
}

export interface DeskSettings {
  readonly now: () => Date;
  /** Hands a file to whoever sits here. */
  readonly save: (name: string, content: Blob) => void;
  /** Nothing but this server may be asked from now on. */
  readonly confine?: (server: string) => void;
  readonly paint?: () => Promise<void>;
}

/**
 * One key holder's visit, and everything it holds in memory: from the key file to the programme whose digits were compared. What is done then is
 * the desk's own. Knows no DOM. `changed`: the whole screen, or how far something is that goes on.
 */
export abstract class DeskSession<Screen extends string, Server extends DeskServer> {
  screen: Screen | DeskScreen = "key";
  error: unknown = null;
  programme: Programme | null = null;
  protected readonly client: DeskClient<Server>;
  protected readonly settings: DeskSettings;
  protected readonly changed: (what: "screen" | "progress") => void;
  protected keyFile: KeyFile | null = null;
  protected passphrase = "";
  protected server: Server | null = null;
  #address = "";

  constructor(client: DeskClient<Server>, settings: DeskSettings, changed: (what: "screen" | "progress") => void) {
    this.client = client;
    this.settings = settings;
    this.changed = changed;
  }

  /** Whether leaving would lose something. */
  abstract readonly unsent: boolean;
  /** Whether something goes on that must not be stopped by nobody touching the page. */
  get isAtWork(): boolean {
    return false;
  }

  /** The server that the page speaks to; empty before one is known. */
  get address(): string {
    return this.#address;
  }

  /** Opens the key file here, then speaks to the server that it names, or to `address`. */
  async open(bytes: Uint8Array, passphrase: string, address: string, pin: string): Promise<void> {
    this.go("opening");
    await this.settings.paint?.();
    await this.attempt("key", async () => {
      const id = pin.trim().toLowerCase();
      if (id !== "" && !/^[0-9a-f]{64}$/.test(id)) throw new AmanaError("ERR_CONFIG_INVALID");
      const file = await this.client.openKeyFile(bytes, passphrase);
      if (this.isGone()) return;
      await this.begin(file, passphrase, address.trim() === "" ? file.server : address.trim(), id === "" ? file.programme : id);
    });
  }

  /** An opened key file: to the programme that is known, or to the digits of the one that the server claims. */
  protected async begin(file: KeyFile, passphrase: string, address: string, known: string | undefined): Promise<void> {
    this.#address = serverAddress(address);
    this.keyFile = file;
    this.server = this.client.server(this.#address);
    this.passphrase = passphrase;
    if (known !== undefined) return this.#connect(known);
    this.go("connecting");
    const programme = await this.server.claimed();
    if (this.isGone()) return;
    this.programme = programme;
    this.go("trust");
  }

  /** The digits were compared: this is the programme. `remember`: hands over a key file that says so from now on. */
  async trust(remember: boolean): Promise<void> {
    const [file, programme] = [this.keyFile, this.programme];
    if (this.screen !== "trust" || file === null || programme === null) return;
    const id = toHex(programmeId(programme));
    await this.attempt("key", async () => {
      if (remember) {
        this.go("opening");
        await this.settings.paint?.();
        this.keyFile = { ...file, programme: id };
        const bytes = await this.client.makeKeyFile(this.keyFile, this.passphrase);
        if (this.isGone()) return;
        this.settings.save(keyFileName(file), new Blob([bytes as BlobPart]));
      }
      await this.#connect(id);
      if (remember) this.remembered();
    });
  }

  async #connect(pinned: string): Promise<void> {
    this.go("connecting");
    const programme = await (this.server as Server).connect(pinned);
    if (this.isGone()) return;
    // Not before: an address with a typing mistake must not bind the page to it.
    this.settings.confine?.(this.#address);
    await this.connected(programme);
  }

  /** The server is of the programme that is trusted. A desk sets {@link programme} once it has read what it shows. */
  protected abstract connected(programme: Programme): Promise<void>;
  /** A key file that remembers the programme was handed over. */
  protected abstract remembered(): void;
  /** Says what was done last no more. */
  protected abstract unsay(): void;

  /** Lets go of everything. */
  leave(): void {
    this.keyFile = null;
    this.passphrase = "";
    this.server = null;
    this.programme = null;
    this.screen = "left";
  }

  protected go(screen: Screen | DeskScreen): void {
    if (this.isGone()) return;
    this.screen = screen;
    this.error = null;
    this.unsay();
    this.changed("screen");
  }

  /** Shows a failure on the screen from which it can be tried again. */
  protected async attempt(back: Screen | DeskScreen, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.isGone()) return;
      this.go(back);
      this.error = error;
    }
    if (!this.isGone()) this.changed("screen");
  }

  protected isGone(): boolean {
    return this.screen === "left";
  }
}

export function keyFileName({ organisation }: Pick<KeyFile, "organisation">): string {
  return `${organisation}.key`;
}
