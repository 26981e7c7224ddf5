"""Passwords that everybody tries first, and what people make of them (B037).

The list holds words and whole passwords that head every published count of leaked passwords, written from general
knowledge rather than copied from one count. Four rules multiply it: a tail of up to six digits and signs
(``dragon2024``, ``Password1!``), digits and signs written for letters (``p@ssw0rd``), repetition (``abcabcabc``,
``passwordpassword``), and rows of the alphabet, the digits and the keyboard (``qwertyuiopasdfg``). So a long password
is caught as a short one is.
"""

from __future__ import annotations

import re
from typing import Final

WELL_KNOWN: Final = frozenset(
    """
    password passwort passord motdepasse contrasena contraseña parola haslo heslo senha wachtwoord losenord salasana
    passwd pass passw passwor passwords mypassword thepassword newpassword oldpassword yourpassword nopassword
    passphrase passcode passkey secret secreto secrets topsecret geheim hemmelig changeme changeit changethis letmein
    letmeinplease letmeinnow openup opensesame sesame welcome welcometo bienvenue willkommen bienvenido hello
    hellohello helloworld hallo hola bonjour goodbye login logmein logon signin guest visitor user username admin
    administrator administrador admins superadmin root rootroot toor superuser sysadmin sysop system manager master
    mastermaster default temp temppass temporary test tester testing testtest testpassword testuser demo sample
    example trial access accesspoint internet computer laptop desktop keyboard monitor server network router cisco
    linksys netgear dlink huawei oracle mysql postgres database backup office microsoft windows windowsxp google gmail
    yahoo hotmail facebook myspace twitter linkedin instagram youtube whatsapp telegram netflix samsung nokia motorola
    android iphone apple macbook ubuntu linux debian redhat centos raspberry arduino abc abcd abcde abcdef abcdefg
    abcdefgh abcabc asd asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl asdasd asdasdasd qwe qwer qwert qwerty qwertyu
    qwertyui qwertyuio qwertyuiop qwerty123 qwertyqwerty qweqwe qweqweqwe qweasd qweasdzxc qazwsx qazwsxedc qazxsw zxc
    zxcv zxcvb zxcvbn zxcvbnm zxczxc wasd azerty azertyuiop qwertz qwertzuiop 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx
    1qazxsw2 zaq12wsx zaq1zaq1 q1w2e3 q1w2e3r4 q1w2e3r4t5 a1b2c3 a1b2c3d4 a1s2d3f4 abc123 abc1234 abc12345 123abc
    1234abcd 12345a 123456a 123456q 1234qwer 123qwe 12qwaszx 123123 123123123 123321 1234 12345 123456 1234567
    12345678 123456789 1234567890 12341234 123454321 12344321 111111 11111111 112233 11223344 1122334455 121212
    12121212 123654 123654789 131313 147147 147258 147258369 159159 159357 159753 192837465 222222 232323 246810
    252525 258456 321321 333333 4321 54321 444444 456456 456789 5201314 520520 555555 654321 666666 6969 696969 741852
    741852963 753951 7654321 777777 7777777 789456 789456123 87654321 888888 88888888 963852741 987654 9876543
    98765432 987654321 9876543210 999999 99999999 000000 00000000 010101 010203 01020304 102030 101010 iloveyou ilovey
    ilu iloveu iloveme iloveyou1 iloveyou2 lovely lovelove loveme loveyou lover lovers love truelove mylove teamo
    tequiero jetaime ichliebedich sweetheart sweety sweetie honey honeybee baby babygirl babyboy babe darling angel
    angels princess princesa prinzessin prince queen king kingdom beautiful beauty pretty cutie cute sexy sexygirl
    sexyboy hottie fuckyou fuckme fuckoff fucking fuck shit bullshit asshole bitch bastard pussy dick cock penis porn
    pornstar boobs tits xxx xxxx xxxxxx playboy hooters monkey dragon tiger lion eagle falcon hawk wolf wolves bear
    panda panther jaguar cougar leopard cheetah horse mustang pony rabbit bunny kitty kitten kittycat cat cats dog
    dogs doggie puppy puppies hamster mouse rat snake cobra viper python spider scorpion shark dolphin whale fish
    goldfish turtle frog froggy butterfly bumblebee ladybug dinosaur phoenix unicorn pegasus griffin werewolf vampire
    zombie demon devil lucifer satan ghost shadow darkness midnight moonlight sunshine sunset sunrise sunflower
    rainbow summer winter spring autumn season january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday birthday christmas holiday easter
    halloween snowball snowman snowflake football soccer baseball basketball hockey tennis golf golfer golfing cricket
    rugby volleyball swimming bowling fishing hunting running runner racing racer nascar formula1 ferrari porsche
    lamborghini mercedes bmw audi volkswagen toyota honda yamaha suzuki kawasaki ducati harley harleydavidson corvette
    camaro chevy chevrolet ford dodge jeep subaru nissan mazda volvo bugatti mclaren tesla superman batman spiderman
    ironman wolverine hulk thor avengers captain captainamerica deadpool joker starwars skywalker vader darthvader
    yoda chewbacca startrek enterprise trekkie matrix trinity neo morpheus gandalf frodo bilbo legolas aragorn hobbit
    mordor hogwarts harrypotter hermione dumbledore voldemort potter pokemon pikachu charizard naruto sasuke sakura
    goku vegeta dragonball dragonballz onepiece luffy bleach sailormoon mickey mickeymouse minnie donald goofy snoopy
    garfield tweety bugsbunny scooby scoobydoo simpsons homer bart spongebob barbie hellokitty minecraft roblox
    fortnite callofduty counterstrike halflife warcraft worldofwarcraft starcraft diablo zelda mario supermario sonic
    playstation xbox nintendo gamer gameover games game liverpool arsenal chelsea manchester manutd united barcelona
    realmadrid madrid juventus milan inter bayern dortmund celtic rangers everton tottenham lakers celtics bulls
    yankees redsox cowboys steelers packers raiders eagles dolphins broncos patriots redskins cubs mets dodgers giants
    braves america american usa england london paris berlin munich hamburg vienna rome roma italia italy france
    francia spain espana germany deutschland austria poland polska russia moscow ukraine india bharat delhi newdelhi
    mumbai bangalore kolkata chennai hyderabad pakistan karachi lahore bangladesh dhaka china beijing shanghai
    hongkong taiwan japan tokyo korea seoul thailand bangkok vietnam saigon malaysia singapore indonesia jakarta
    philippines manila australia sydney melbourne canada toronto mexico brasil brazil argentina colombia chile peru
    africa egypt nigeria lagos kenya texas dallas houston chicago boston newyork losangeles lasvegas california
    florida hawaii phoenix alaska michael jessica ashley daniel jordan michelle jennifer thomas hunter george charlie
    andrew martin joshua matthew anthony robert william nicole samantha amanda justin brandon nathan alexander
    alexandra alexander1 andrea angela anna anthony barbara benjamin brian caroline catherine charles charlotte chris
    christian christina christine christopher claudia david debbie denise dennis diana dominic donna edward elizabeth
    emily emma eric florian frank fred gabriel gary gerald gordon greg hannah harold harry heather helen henry
    isabella jack jackson jacob jake james jamie jane jason jasmine jeffrey jeremy jesus joanna john johnny johnson
    jonathan joseph julia julian julie karen kate kathryn katie keith kelly kenneth kevin kimberly larry laura lauren
    leonard leslie linda lisa lorenzo louise lucas lucy luis madison margaret maria marie mark martha martina mary
    mathew maxwell megan melanie melissa miguel mike mohamed mohammed muhammad ahmed ali hassan hussein fatima aisha
    monica nancy natalie natasha nicholas nicolas oliver olivia oscar pamela patricia patrick paul peter philip rachel
    raymond rebecca richard roberto rodriguez garcia martinez hernandez lopez gonzalez perez sanchez ronald ronaldo
    messi beckham russell ryan sabrina sandra sara sarah scott sean sebastian sergio sharon shannon simon sophia
    sophie stephanie stephen steven stuart susan sydney tanya taylor teresa theresa tiffany timothy tyler valentin
    valentina vanessa veronica vicky victor victoria vincent vladimir walter wendy whitney yolanda krishna ganesh
    ganesha shiva saibaba sairam jaimatadi hanuman lakshmi raja rani rahul priya deepak sanjay sachin sachin10
    tendulkar kohli rohit amit suresh ramesh rajesh mahesh dinesh mukesh ankit pooja neha kavita sunita anita asha
    lata indian hindustan pakistan786 786786 bismillah allah allahuakbar inshallah mashallah jesuschrist jesusislord
    christ god godisgood godislove blessed blessing faith hope grace heaven holyspirit church freedom liberty peace
    happy happiness smile smiley laugh lucky luckycharm success winner victory champion legend hero rockstar superstar
    star stars starlight stargate galaxy universe planet earth mars jupiter saturn venus mercury pluto moon sun sky
    ocean river mountain forest nature flower flowers rose roses lily daisy jasmin orchid tulip violet lavender apple
    apples banana orange lemon cherry strawberry blueberry peaches mango pineapple chocolate cookie cookies candy
    sugar cupcake pancake cheese cheesecake pizza burger hamburger chicken bacon pepper ginger cinnamon vanilla coffee
    espresso cappuccino starbucks tea milk butter bread popcorn pumpkin peanut coke cocacola pepsi beer budweiser
    heineken corona whiskey vodka tequila wine black white red blue green yellow purple pink silver golden gold
    diamond crystal emerald ruby sapphire pearl platinum bronze copper iron steel metal metallica slipknot nirvana
    korn eminem tupac 2pac 50cent beyonce rihanna madonna britney shakira justinbieber onedirection bts blink182
    greenday linkinpark acdc ironmaiden slayer megadeth beatles pinkfloyd queen rollingstones elvis guitar piano
    drummer drums music musica rock rocknroll hiphop rap reggae marley bobmarley trumpet violin dancer dancing dance
    disco party soldier army navy marine marines airforce sniper warrior ninja samurai knight pirate pirates cowboy
    viking spartan gladiator assassin killer killers murder death blood bloody hell hellfire fire firebird fireball
    flame ice iceman snow storm thunder lightning tornado hurricane cyclone tsunami avalanche police fireman doctor
    nurse teacher student school college university student1 student123 science biology chemistry physics history
    english spanish french math library book books reader writer money dollar dollars million millionaire billion rich
    cash business company sales marketing finance accounting support service helpdesk callcenter callcentre operator
    agent agents supervisor customer client clients phone telephone mobile voicemail reception receptionist hotline
    contact contactcenter dialer headset work worker working job boss chief director office365 company123 corporate
    employee human resources staff nothing something anything everything whatever whoever forever always never maybe
    trustno1 trustme noone nobody somebody anybody someone myself yourself friend friends friendship bestfriend family
    mother father mommy mama mamma papa daddy dad mom sister brother grandma grandpa wife husband girlfriend boyfriend
    son daughter a aa aaa aaaa aaaaa aaaaaa aaaaaaaa zzzzzz qqqqqq wwwwww cheer cheerleader skateboard skater surfer
    surfing snowboard snowboarding bike biker bicycle cycling motorcycle motocross truck trucker driver pilot airplane
    aircraft helicopter rocket spaceship sailing sailor sailboat magic magical wizard witch dreamer dreams dream
    fantasy mystery miracle destiny fortune karma chaos genesis alpha omega delta gamma sigma zeus apollo athena
    hercules atlas titan titanic cleopatra caesar napoleon einstein newton darwin picasso mozart beethoven shakespeare
    mercedes123 merlin arthur camelot excalibur lancelot robin robinhood sherlock holmes jamesbond bond007 007007
    agent007 goldeneye casino poker blackjack jackpot creative extreme ultimate infinity eternity awesome cool coolio
    coolguy super supersonic turbo nitro power powerful strong stronger muscle fitness gym boxing boxer karate
    wrestling wrestler wwe undertaker rocky rambo terminator predator alien aliens godzilla kingkong jurassic
    password1 password12 password123 password1234 password12345 passw0rd p4ssw0rd pa55word pa55w0rd p@ssword p@ssw0rd
    admin123 admin1234 admin888 root123 test123 test1234 guest123 user123 welcome1 welcome123 qwerty1 qwerty12
    letmein1 monkey1 dragon1 iloveyou123 love123 hello123 computer1 sunshine1 princess1 football1 master123 abcd1234
    abcd123 aa123456 aa12345678 a123456 a1234567 a12345678 a123456789 asd123 asdf1234 qwer1234 zxc123 zxcvbnm123
    woaini woaini1314 5201314520 wangyut2 dearbook g_czechout 1g2w3e4r gwerty gwerty123 zag12wsx
    correcthorsebatterystaple thequickbrownfox thisismypassword thisisapassword mynameis iamtheboss dontforget
    forgetmenot ihatepasswords ihateyou nevergiveup carpediem hakunamatata abracadabra
    supercalifragilisticexpialidocious rumpelstiltskin antidisestablishmentarianism tobeornottobe maytheforcebewithyou
    liverpoolfc manchesterunited chelseafc arsenalfc realmadridcf fcbarcelona juventusfc acmilan bayernmunich
    borussiadortmund
    """.split()  # noqa: SIM905  words, one after another, are read more easily than a list
)
"""Lower-case entries, NFKC. Their number is what ``len`` says; the rules reach far more."""

_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "0123456789012345678901234567890123456789",
    "1234567890qwertyuiopasdfghjklzxcvbnm1234567890",
    "qwertyuiopasdfghjklzxcvbnmqwertyuiop",
    "qwertzuiopasdfghjklyxcvbnmqwertzuiop",
    "azertyuiopqsdfghjklmwxcvbnazertyuiop",
    "qazwsxedcrfvtgbyhnujmikolpqazwsx",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "!@#$%^&*()_+",
)
_WALKS: Final = tuple(row[::step] for row in _ROWS for step in (1, -1))
_LONGEST_UNIT: Final = 4
_LONGEST_TAIL: Final = 6
_TAIL: Final = re.compile(r"[0-9!@#$%&*.?_+-]*")
_LETTERS_FOR_SIGNS: Final = (
    str.maketrans("@430157$!", "aaeoistsi"),
    str.maketrans("@430157$!", "aaeolstsi"),
)


def is_well_known(folded: str) -> bool:
    """Whether a guesser tries this early. ``folded`` is the password in NFKC, without case.

    >>> [is_well_known(text) for text in ("p@ssw0rd2024", "aaaaaaaaaaaaaaaa", "purple-otter-climbs")]
    [True, True, False]
    """
    return _is_listed(folded) or any(folded in walk for walk in _WALKS) or _repeats(folded)


def _is_listed(folded: str) -> bool:
    """Whether it is an entry, plain or with signs for letters, with a tail of digits and signs."""
    for cut in range(max(len(folded) - _LONGEST_TAIL, 0), len(folded) + 1):
        stem, tail = folded[:cut], folded[cut:]
        if _TAIL.fullmatch(tail) and (
            stem in WELL_KNOWN or any(stem.translate(letters) in WELL_KNOWN for letters in _LETTERS_FOR_SIGNS)
        ):
            return True
    return False


def _repeats(folded: str) -> bool:
    """Whether it is one short unit, or one entry, again and again; the last time may be cut short."""
    for length in range(1, len(folded) // 2 + 1):
        unit = folded[:length]
        if folded.startswith(unit, length) and folded == (unit * (len(folded) // length + 1))[: len(folded)]:
            return length <= _LONGEST_UNIT or _is_listed(unit)
    return False
