"""Names of invented artists, put together from the sounds of many languages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NAME_STRIDE = 1_000_003  # a prime above the count of any part of a name: scatters numbers


@dataclass(frozen=True)
class Tongue:
    """Parts of invented names, parted by spaces (frames: by ``|``); `joint` joins the parts.

    A name is a frame around a beginning, one or two middles and an ending.
    """

    frames: str
    beginnings: str
    middles: str
    endings: str
    joint: str = ""

    def names(self, count: int) -> list[str]:
        """`count` names, mostly distinct; ValueError when there are not so many."""
        frames, endings = self.frames.split("|"), self.endings.split()
        beginnings, middles = self.beginnings.split(), self.middles.split()
        capacity = len(frames) * len(beginnings) * len(endings) * len(middles)
        if count > capacity:
            capacity *= len(middles) + 1
        if count > capacity:
            raise ValueError(f"{count:,} names asked of a tongue that has {capacity:,}: {self}")
        rest = np.arange(count, dtype=np.int64) * NAME_STRIDE % capacity
        rest, frame = np.divmod(rest, len(frames))
        rest, beginning = np.divmod(rest, len(beginnings))
        rest, ending = np.divmod(rest, len(endings))
        second, first = np.divmod(rest, len(middles))
        heads = [f"{b}{self.joint}{m}{self.joint}" for b in beginnings for m in middles]
        tails = ["", *(f"{m}{self.joint}" for m in middles)]
        head = beginning * len(middles) + first
        parts = zip(frame.tolist(), head.tolist(), second.tolist(), ending.tolist(), strict=True)
        return [frames[f].format(heads[h] + tails[t] + endings[e]) for f, h, t, e in parts]


TONGUES = {
    "african": Tongue(
        "{}|{} Band|Orchestra {}|{} Stars",
        "Aba Ade Bako Chi Dumi Eba Fola Gami Imba Jabu Kwe Lulu Mako Nda Oba Sipho Tama Zan",
        "da ka la ma na ra sha ya ndo mbe",
        "ba di ka lo mi nga ni re so wa zi tu",
    ),
    "albanian": Tongue(
        "{}|Grupi {}|{} Band",
        "Ar Besh Dri Er Fat Gje Il Kre Lu Mir Shke Ve",
        "ja li na ri ta the",
        "ni sa zi a ku shi ra",
    ),
    "arabic": Tongue(
        "{}|Firqat {}|Al-{}",
        "Ab Bad Dal Far Ghas Hay Jam Kar Lay Mar Naj Qas Raf Sal Tar Waj Zay Sham",
        "a i u aa ee ali ami",
        "dan far him la mal nour ra sim wan zat man bah",
    ),
    "baltic": Tongue(
        "{}|Grupa {}|{} Band",
        "Aus Bal Dau Gin Jur Kal Lai Mil Rū Sau Vėj Žal",
        "da gi ka li mė na ri to",
        "nis tas lė mas vis ra la sta",
    ),
    "balkan": Tongue(
        "{}|Grupa {}|{} bend|Orkestar {}",
        "Bra Cve Div Dra Gor Jad Kos Lju Mil Neš Pod Ras Sla Stan Vuk Zor Žar Šum",
        "a e i o ali eno ovo ina iva uka",
        "ber dan čić kov lja mir nik rac šta tak var vić",
    ),
    "caucasian": Tongue(
        "{}|{} Ensemble|Trio {}",
        "Ar Gev Kha Lev Mta Nar Sa Tig Va Zu",
        "a i o ura eli ane",
        "dze gva kert lani ri shvil tsa van yan",
    ),
    "chinese": Tongue(
        "{}|{}乐队|小{}",
        "白 蓝 黑 红 青 夜 云 雨 风 海 山 月 星 花 鱼 鹿 金 银 木 石",
        "色 之 上 下 中 里 外 边 前 后",
        "城 塔 桥 街 鸟 火 声 梦 光 影 站 船 路 岛",
    ),
    "cyrillic": Tongue(
        "{}|Группа {}|{} и Ко|Проект {}",
        "Бел Вол Глуб Дал Жар Зар Ил Кар Лад Мор Неб Ост Пол Рос Сев Тум Хол Чер Шум Яс",
        "а е и о ова ени ола уна ьна ера ича яга",
        "вин град дар жан кус лик мир нец рок сон тан форт ход цвет щик",
    ),
    "czech": Tongue(
        "{}|{} Band|Kapela {}",
        "Bo Čer Dou Hav Jez Klo Lip Mra Oř Pod Rych Stu Tř Vln Zub Želez",
        "a e i o ové ina ulo ení",
        "bar cha dlo ek hora ka ník pek ský tlo vec",
    ),
    "dutch": Tongue(
        "{}|De {}|{} en Zoon",
        "Ach Bak Drie Goud Hoog Jager Kool Lange Meer Noor Oud Rood Storm Veen Water Zilver",
        "e er en ing el aar ster",
        "berg dijk goot huis kade lust man molen plein sluis vogel wind",
    ),
    "english": Tongue(
        "{}|The {}|{} Club",
        "Pale Silver Hollow Northern Velvet Broken Little Electric Golden Quiet Crooked Second"
        " Paper Winter Distant Copper Faded Wooden Glass Sunday Honest Burning Lonesome Violet"
        " Static Tidal Amber Iron Midnight Plastic Marble Gentle Rusted Summer Neon Salted Borrowed"
        " Narrow Scarlet Waxen",
        "Harbour Garden Motor River Thunder Mirror Pepper Lantern Sparrow Station Orchard Canyon"
        " Window Candle Ribbon Saddle Comet Pigeon Valley Radio Timber Meadow Anchor Circus",
        "Parade Brothers Machine Kids Theory Revival Sisters Choir Letters Arcade Engine Avenue"
        " Holiday Ghosts Signal Weather Company Riot Dancers Union Fever Hearts Territory Drive"
        " Estate Ritual Wolves Collective Season Horses Sound Trust Movement Pilots Transit"
        " Method",
        joint=" ",
    ),
    "finnic": Tongue(
        "{}|{} Orkesteri|Yhtye {}",
        "Aho Hal Ilo Jär Kai Kuu Lumi Mus Nii Pih Rau Sii Suo Tuu Vii Yö",
        "ka la ma na ri sa ta va vä",
        "haukka koski lintu maa nen pelto ranta saari tuli virta",
    ),
    "french": Tongue(
        "{}|Les {}|La Bande {}|{} et Fils",
        "Beau Char Clair Dou Fleur Gran Hau Jou Lune Mar Nuit Pier Rous Sau Tour Ver",
        "a e i o elle ine ange ou",
        "bois chet dor fort lac mont nard pont rive sel teau vin",
    ),
    "german": Tongue(
        "{}|Die {}|{} Kapelle|Projekt {}",
        "Al Bach Dorn Eisen Feld Gold Herbst Klang Licht Mond Nacht Regen Silber Stern Wald Wind",
        "e er en el inger ig",
        "baum brand fels garten hall herz kind mann ruf spiel traum werk zeit",
    ),
    "greek": Tongue(
        "{}|Oi {}|{} Trio",
        "An Dim El Fil Kal Lam Mel Nik Pan Sot Thal Vas Xen Zaf",
        "a e i o ou ari eni",
        "dis karis las mos nos poulos ra sis tza vas",
    ),
    "hebrew": Tongue(
        "{}|Lehakat {}|{} Project",
        "Al Bar Dor Esh Gal Ha Kol Lev Mor Nir Or Sha Tal Ya",
        "a e i o ana eli",
        "dan gev lim mon nai rit shir tan vy zohar",
    ),
    "hungarian": Tongue(
        "{}|{} Zenekar|Trió {}",
        "Ár Bor Csil Er Föl Gyö Hol Kék Lán Mez Ny Ős Szél Tüz Vir Zöld",
        "a e i ö ala ele",
        "csa dor fi gány kő lom ngó pár rág só vár",
    ),
    "indic": Tongue(
        "{}|{} Project|The {} Band",
        "An Bha Chan Deep Gau Har In Jay Kir Lak Man Nir Pra Raj San Tar Vik Yash",
        "a i u ana ira eshi ava",
        "dev gar jeet kar lata mohan nath pal ri sen tara veer",
    ),
    "indochinese": Tongue(
        "{}|Nhóm {}|{} Band",
        "An Bình Chan Dao Giang Huong Kham Lan Minh Nong Phu Som Thanh Viet",
        "a i o ara ee on",
        "chai dee khao linh mai ngoc phat rung suk thi",
    ),
    "italian": Tongue(
        "{}|I {}|Gli Amici di {}|{} Trio",
        "Al Bel Car Dol Fer Gra Luc Mar Neb Oro Pas Ros Sal Tem Val Ver",
        "a e i o ina ello ura ami",
        "bosco china duro forte lani mondo netti ponte rella sera tano vento",
    ),
    "japanese": Tongue(
        "{}|{} Band|ザ・{}|{} Orchestra",
        "Aka Aoi Fuyu Hana Haru Hoshi Kage Kawa Kumo Midori Mori Nami Sora Tori Tsuki Umi Yama",
        "no ga mi ri ha to ku sa",
        "hashi kaze koe machi michi neko oto sakana shima yume wa zora",
    ),
    "korean": Tongue(
        "{}|{} Band|The {}",
        "Ba Cho Da Gang Ha Ji Kyu Mi Na Sae So Yeo",
        "ra neul dam byeol eun ga",
        "bi dal gil kkot ram san sori won",
    ),
    "malay": Tongue(
        "{}|Orkes {}|{} Band|Kelompok {}",
        "Ba Ci Da Gem Hu Ja Ka La Ma Nu Pa Ra Sa Te Wa",
        "ha la ma na ri ta yu ngi",
        "gara kasa lang mani ndu pura rasa tari wangi yan",
    ),
    "mongolic": Tongue(
        "{}|{} Khamtlag", "Al Bat Khu Mun Tem Sar", "a u ai ta", "gan khan tuya ral"
    ),
    "nordic": Tongue(
        "{}|De {}|{} Orkester",
        "Berg Dal Elv Fjäll Gran Hav Is Lund Måne Natt Rød Skog Snö Sol Storm Ulv",
        "e a en ar ig inga",
        "blom dans fall ström heim hund kvist lys mark ros sang stein vik",
    ),
    "persian": Tongue(
        "{}|Goruh-e {}|{} Ensemble",
        "Ar Bah Dar Far Gol Ja Kav Mah Nav Par Roz Sha Tar Zar",
        "a i e ana ami",
        "bad dar gan mehr nam rang shid tab var zad",
    ),
    "polish": Tongue(
        "{}|Zespół {}|{} i Przyjaciele|Projekt {}",
        "Brzo Ciem Dziw Gór Jas Kos Las Mgł Nie Ow Pol Rdz Smu Świt Trz Wie Zim Żół",
        "a e i o owa ina ęto ysz",
        "bor cień dło grom ka lec miń nica rak ska tor wiatr",
    ),
    "portuguese": Tongue(
        "{}|Os {}|Banda {}|Grupo {}|MC {}|Trio {}",
        "Al Bel Cam Cor Dou Es Flor Gua Ip Jac Lua Mar Nev Ouro Par Ri Sam Tam Ver Vi",
        "a e i o ara eni ira oce umbi asso ura ita",
        "bela cão doro gão leiro mar nema poeira queira rosa sina tiba valho xim zal",
    ),
    "romanian": Tongue(
        "{}|Trupa {}|{} Band",
        "Al Bră Co Dor Fă Grâ Lun Mă Nor Pă Ră Stea Ți Vân",
        "a e i ă ela inu",
        "bescu dor frunză lac mure nescu reanu sat țel vara",
    ),
    "spanish": Tongue(
        "{}|Los {}|Grupo {}|La {}|{} y su Banda",
        "Al Bar Cal Cor Dor Es Fue Gar Hor Jil Lun Mar Nor Oro Pal Que Ron Sal Tor Ver Zar",
        "a e i o ami ero ina orre ubi alle",
        "bero cielo dura gal llo mar nada piedra quillo rosa sombra tero vega zano",
    ),
    "turkic": Tongue(
        "{}|Grup {}|{} Orkestrası",
        "Ak Bul Çam Dağ Ela Gök Işık Kar Mor Nar Öz Rüz Su Taş Yel Zey",
        "a e ı i ala eni",
        "başı can dere gül kaya lar mavi oğlu sel tan yol",
    ),
}
