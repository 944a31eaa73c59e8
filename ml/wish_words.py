"""What people's words for music mean: tables of words and of the shares, 0 to 1 among all tracks, they ask for.

Words between commas share a meaning. Everything is written as `ml.names.fold` leaves it: "late night", not
"Late-Night"; forms that differ in a space or a plural "s" need no entry of their own.
"""

# How it should sound, said directly. The moods of `ml.clusters.MOODS` are understood besides.
SOUNDS: tuple[tuple[str, dict[str, float]], ...] = (
    (
        "calm, mellow, gentle, soft, soothing, tender, smooth, easygoing, low key, calmer, softer",
        {"energy": 0.25, "loudness": 0.3},
    ),
    ("relaxed, relaxing, peaceful, tranquil, serene", {"energy": 0.2, "loudness": 0.25, "tempo": 0.35}),
    ("chill, chilled, chill out, chilling", {"energy": 0.25, "loudness": 0.3, "acousticness": 0.6, "tempo": 0.35}),
    ("energetic, lively, energy, high energy, energizing, energising, vibrant, livelier", {"energy": 0.85}),
    ("low energy", {"energy": 0.15}),
    ("intense, powerful, epic, wild", {"energy": 0.9, "loudness": 0.75}),
    ("heavy, heavier, hard, harder, brutal", {"energy": 0.92, "loudness": 0.85, "acousticness": 0.1}),
    ("angry, furious, rage", {"energy": 0.92, "valence": 0.25, "loudness": 0.8}),
    ("upbeat", {"energy": 0.8, "valence": 0.75}),
    (
        "happy, joyful, joyous, cheery, fun, uplifting, positive, feel good, happier, happiest",
        {"valence": 0.85, "energy": 0.65},
    ),
    ("bright, brighter, sunny", {"valence": 0.8}),
    ("sad, sorrowful, tearful, depressing, depressed, unhappy, sadder, saddest", {"valence": 0.12, "energy": 0.3}),
    ("melancholy, bittersweet, wistful, nostalgic", {"valence": 0.25, "energy": 0.35, "acousticness": 0.6}),
    ("dark, gloomy, moody, brooding, sinister, ominous, eerie, spooky, darker, darkest", {"valence": 0.15}),
    ("dreamlike, atmospheric, ethereal, spacey, floating", {"energy": 0.2, "instrumentalness": 0.8, "loudness": 0.2}),
    ("hypnotizing, repetitive, trippy", {"instrumentalness": 0.85, "danceability": 0.65}),
    ("danceable, groove to", {"danceability": 0.88}),
    ("funky beat, bouncy, catchy", {"danceability": 0.8, "valence": 0.75}),
    ("acoustic, unplugged, organic", {"acousticness": 0.88}),
    ("electric, synthetic, produced", {"acousticness": 0.12}),
    ("live, in concert, concert, live version, live recording", {"liveness": 0.95}),
    ("studio, studio recording", {"liveness": 0.25}),
    ("loud, louder, loudest, noisy", {"loudness": 0.85}),
    ("quiet, quieter, quietest, silent, hushed, low volume", {"loudness": 0.12, "energy": 0.2}),
    ("fast, faster, fastest, quick, uptempo, up tempo, fast paced, speedy, rapid, high tempo", {"tempo": 0.85}),
    ("slow, slower, slowest, downtempo, down tempo, slow paced, low tempo", {"tempo": 0.15}),
    ("midtempo, mid tempo", {"tempo": 0.45}),
    ("long, longer, extended, lengthy", {"duration_ms": 0.85}),
    ("short, shorter, brief", {"duration_ms": 0.15}),
    ("spoken, spoken word, talking, wordy, rapping", {"speechiness": 0.92}),
    ("popular, well known, famous, hit, mainstream, chart, best, top, greatest", {"popularity": 0.88}),
    ("obscure, underground, hidden gem, lesser known, little known, unknown, rare, niche", {"popularity": 0.15}),
    ("deep cut, overlooked, underrated, unpopular", {"popularity": 0.25}),
)

# What it is for. A word above outweighs these: a "slow workout" is slow.
SCENES: tuple[tuple[str, dict[str, float]], ...] = (
    ("driving, drive, road trip, on the road, highway, car", {"energy": 0.7, "tempo": 0.6, "valence": 0.55}),
    ("night, late night, midnight, nighttime, after dark, night time", {"energy": 0.4, "valence": 0.35}),
    ("evening, dusk", {"energy": 0.4, "acousticness": 0.55}),
    ("rain, rainy, rainy day, storm, stormy", {"energy": 0.3, "valence": 0.3, "acousticness": 0.65, "tempo": 0.4}),
    (
        "study, studying, homework, revision, revising, reading, learning",
        {"energy": 0.3, "instrumentalness": 0.85, "speechiness": 0.25, "loudness": 0.3},
    ),
    (
        "focus, focused, focusing, concentration, concentrate, concentrating, work, working, office, deep work",
        {"energy": 0.4, "instrumentalness": 0.85, "speechiness": 0.2},
    ),
    ("coding, code, programming, hacking", {"energy": 0.55, "instrumentalness": 0.9, "tempo": 0.6, "speechiness": 0.2}),
    (
        "sleep, sleeping, sleepy, fall asleep, falling asleep, bedtime, lullaby, lullabies, nap",
        {"energy": 0.05, "loudness": 0.08, "tempo": 0.25, "acousticness": 0.85, "instrumentalness": 0.8},
    ),
    (
        "meditation, meditating, meditate, meditative, yoga, spa, mindfulness, massage",
        {"energy": 0.06, "loudness": 0.08, "tempo": 0.25, "acousticness": 0.85, "instrumentalness": 0.9},
    ),
    ("relax, relaxation, unwind, unwinding, bath", {"energy": 0.2, "loudness": 0.25, "acousticness": 0.65}),
    (
        "party, parties, partying, house party, pregame, night out, clubbing, festival, banger",
        {"danceability": 0.85, "energy": 0.8, "valence": 0.7, "popularity": 0.75},
    ),
    ("dancing, dance to, dancefloor, dance floor", {"danceability": 0.9, "energy": 0.7}),
    (
        "workout, work out, working out, gym, exercise, exercising, training, lifting, fitness",
        {"energy": 0.9, "tempo": 0.7, "loudness": 0.75},
    ),
    ("running, run, jogging, jog, marathon", {"energy": 0.85, "tempo": 0.8}),
    ("cycling, bike ride, biking, spinning", {"energy": 0.8, "tempo": 0.75}),
    ("walking, walk, stroll", {"energy": 0.5, "tempo": 0.45, "valence": 0.6}),
    ("hiking, hike, camping, campfire, mountains, nature", {"acousticness": 0.75, "energy": 0.4, "valence": 0.55}),
    ("motivation, motivational, motivating, pump up, hype, hyped", {"energy": 0.9, "loudness": 0.75, "valence": 0.6}),
    ("gaming, game, boss fight", {"energy": 0.8, "instrumentalness": 0.75, "tempo": 0.65}),
    ("dinner, dinner party, candlelight, restaurant, wine", {"energy": 0.3, "acousticness": 0.7, "loudness": 0.25}),
    ("cooking, cook, kitchen, baking", {"energy": 0.55, "valence": 0.7, "danceability": 0.65}),
    ("cleaning, chores, housework", {"energy": 0.7, "valence": 0.75, "danceability": 0.7}),
    (
        "morning, breakfast, waking up, wake up, coffee, coffee shop, cafe, brunch",
        {"energy": 0.4, "valence": 0.65, "acousticness": 0.6},
    ),
    ("summer, sunshine, barbecue, bbq", {"valence": 0.8, "energy": 0.65, "danceability": 0.7}),
    ("beach, pool, poolside, sunset, tropical", {"valence": 0.7, "energy": 0.5, "danceability": 0.65}),
    ("winter, snow, snowy, autumn, fireplace", {"energy": 0.3, "acousticness": 0.65, "valence": 0.4}),
    (
        "breakup, break up, heartbreak, heartbroken, crying, cry, tears, lonely, loneliness, grief",
        {"valence": 0.15, "energy": 0.3, "acousticness": 0.65},
    ),
    ("love, date, date night, romance", {"energy": 0.35, "acousticness": 0.6, "speechiness": 0.25}),
    ("wedding, birthday, celebration", {"valence": 0.75, "danceability": 0.75, "popularity": 0.8, "energy": 0.6}),
    ("travel, travelling, traveling, train, flight, commute, commuting", {"energy": 0.45, "valence": 0.5}),
    ("background, in the background", {"energy": 0.3, "loudness": 0.3, "speechiness": 0.2}),
)

# Other names of genres, each with what comes closest to it in the Spotify Tracks Dataset.
GENRE_ALIASES: dict[str, tuple[str, ...]] = {
    "rap, trap, gangsta rap, boom bap": ("hip-hop",),
    "rnb, r and b, rhythm and blues": ("r-n-b",),
    "dnb, d n b, d and b, drum n bass, drumnbass": ("drum-and-bass",),
    "jungle": ("drum-and-bass", "breakbeat"),
    "lofi, lo fi, lofi hip hop, lo fi hip hop, lofi beats, chillhop": ("study", "chill"),
    "synthwave, synth, new wave": ("synth-pop",),
    "dream pop": ("indie-pop",),
    "electronica, electronic dance": ("electronic",),
    "electronic dance music": ("edm",),
    "eurodance": ("dance",),
    "happy hardcore": ("happy",),
    "schlager": ("party",),
    "white noise": ("sleep",),
    "alternative rock, alt": ("alt-rock",),
    "psychedelic, psychedelic rock, psychedelia": ("psych-rock",),
    "gothic, gothic rock, goth rock": ("goth",),
    "rock and roll, rock roll, rocknroll": ("rock-n-roll",),
    "prog house": ("progressive-house",),
    "indie rock": ("indie",),
    "funky": ("funk",),
    "jazzy": ("jazz",),
    "bluesy": ("blues",),
    "folky, folksy, folk music": ("folk",),
    "soulful": ("soul",),
    "bossa nova, bossa": ("mpb", "samba"),
    "brazilian, brasil, brasilian, brasileira": ("brazil", "mpb", "samba", "pagode", "sertanejo", "forro"),
    "cumbia, bachata, merengue": ("latin", "latino"),
    "cuban": ("salsa",),
    "jamaican": ("reggae", "dancehall", "dub"),
    "afrobeats, african": ("afrobeat",),
    "japanese": ("j-pop", "j-rock", "j-idol", "j-dance", "anime"),
    "jrock, japanese rock": ("j-rock",),
    "jpop, japanese pop": ("j-pop",),
    "korean, korean pop": ("k-pop",),
    "chinese": ("mandopop", "cantopop"),
    "mandarin": ("mandopop",),
    "cantonese": ("cantopop",),
    "bollywood, hindi": ("pop-film", "indian"),
    "persian": ("iranian",),
    "musical, broadway, show tune": ("show-tunes",),
    "orchestral, orchestra, symphony, symphonic": ("classical",),
    "worship, christian": ("gospel", "world-music"),
    "world, global": ("world-music",),
    "uk": ("british",),
    "kid, child, nursery rhyme": ("kids", "children"),
}

# Words for voices; the dataset's instrumentalness above this "is intended to represent instrumental tracks".
INSTRUMENTAL_FROM = 0.5
VOICES = "vocal, singing, singer, lyrics, lyric, words, voice, sung, people singing"
INSTRUMENTALS = "instrumental, instrumental music, wordless, vocal free"
EXPLICIT = "explicit, explicit lyrics, swearing, swear words, curse words, cursing, profanity, dirty, nsfw, uncensored"
CLEAN = "clean, family friendly, kid friendly, child friendly, safe for work, sfw, radio friendly, censored"

NEGATIONS = (
    "no, not, without, nothing, never, none of, neither, non, less, dont, do not, dont want, do not want, dont "
    "like, isnt, arent, wont, hate, avoid, avoiding, skip, except, except for, excluding, exclude, minus, other "
    "than, anything but, everything but, all but, instead of, rather than, free of"
)
# Said of the next word only. Far from the middle is "very", near to it "a bit"; 1 leaves it as it is.
STRENGTHS: dict[str, float] = {
    "very, super, really, extremely, ultra, mega, incredibly, insanely, totally, highly, absolutely": 1.4,
    "a bit, a little, a little bit, slightly, somewhat, kinda, kind of, sort of, mildly, fairly, rather, semi": 0.5,
    "too, so, quite, pretty, more, most, overly, that much, much": 1.0,
}
OR = "or, nor"
AND = "and"
# What turns the sentence round ends a negation like a comma.
BREAKS = "but, though, although, however, yet, still"
# Words that ask without saying for what.
FILLERS = (
    "a, an, the, some, any, all, every, that, this, these, those, which, what, who, is, are, am, be, being, was, "
    "were, it, its, i, im, id, ive, me, my, we, us, our, you, your, they, give, get, want, wanted, need, would, "
    "could, can, should, lets, let, like, likes, i love, we love, please, play, find, make, create, build, show, "
    "send, put, recommend, suggest, add, keep, listen, listening, hear, something, anything, everything, stuff, "
    "thing, song, track, music, tune, title, piece, playlist, list, mix, set, vibe, feel, feels, feeling, sound, "
    "sounding, kind, sort, type, style, genre, mood, beat, tempo, of, with, for, to, into, in, on, at, by, from, "
    "as, than, while, when, during, through, about, around, only, just, also, maybe, perhaps, ideally, mostly, "
    "mainly, good, great, nice, time, day, session, not only, not just, not necessarily, nothing but, if "
    "possible, thanks, thank you, hello, hi, hey, there, here, now, have, has, do, does, go, going, then, lot, "
    "even, up, explicit is fine, explicit is ok, explicit is okay, explicit ok, explicit allowed"
)


def listed(words: str) -> list[str]:
    """The single entries of a line of these tables."""
    return words.split(", ")


NUMBER_WORDS = dict(
    pair.split(" ")
    for pair in listed(
        "one 1, two 2, three 3, four 4, five 5, six 6, seven 7, eight 8, nine 9, ten 10, twelve 12, dozen 12, "
        "fifteen 15, twenty 20, thirty 30, forty 40, fifty 50, sixty 60, hundred 100"
    )
)
