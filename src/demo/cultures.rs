//! How people and companies are called where the demo company sells. Every name is put together from these lists.
//!
//! A word in another script carries its Latin form after `=`, for e-mail addresses and domains.

/// A place in the world: its names, towns, companies.
pub(super) struct Culture {
    /// Team whose people sell there.
    pub team: &'static str,
    pub country: &'static str,
    /// ISO 4217.
    pub currency: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    pub family_first: bool,
    /// Between the parts of a name.
    pub joint: &'static str,
    /// `Town:postal code`
    pub towns: &'static str,
    /// Trade words, each with the number of its industry.
    pub trades: &'static str,
    /// Legal forms; `_` stands for a blank. A leading `^` goes before the name.
    pub forms: &'static str,
    /// A phone number; `#` is a digit. Numbers that are set apart for films and books where a country has such, else
    /// ones that no exchange has.
    pub phone: &'static str,
}

/// Industries, by the numbers in `trades`.
pub(super) const INDUSTRIES: [&str; 8] = [
    "Food and drink",
    "Water and waste",
    "Cold chain and logistics",
    "Health",
    "Chemicals",
    "Machines",
    "Public sector",
    "Farming",
];

pub(super) const CULTURES: [Culture; 17] = [
    Culture {
        team: "North",
        country: "Denmark",
        currency: "DKK",
        given: "Freja Mads Astrid Søren Ida Rasmus Signe Jeppe Kirstine Bjørn Agnes Thorkild",
        family: "Holmgård Kjær Nørlund Thygesen Bøgelund Skovby Dalsgaard Vestergren Øllgaard Ravnkilde",
        family_first: false,
        joint: " ",
        towns: "Aarhus:8000 Odense:5000 Esbjerg:6700 Aalborg:9000",
        trades: "Mejeri:0 Vandforsyning:1 Køletransport:2 Slagteri:0 Kemi:4 Gartneri:7",
        forms: "A/S ApS",
        phone: "+45 00 ## ## ##",
    },
    Culture {
        team: "North",
        country: "Germany",
        currency: "EUR",
        given: "Annegret Lukas Jörg Saskia Günther Henrike Björn Friederike Tilman Käthe Ulrich Nele",
        family: "Brückner Hohenlohe Weißmann Großkopf Altmühler Tränkner Süßmilch Vordermayer Stöckle Räuber",
        family_first: false,
        joint: " ",
        towns: "Stuttgart:70173 Bremen:28195 Würzburg:97070 Görlitz:02826",
        trades: "Molkerei:0 Wasserwerke:1 Kühllogistik:2 Klinikbedarf:3 Feinchemie:4 Maschinenbau:5",
        forms: "GmbH GmbH_&_Co._KG AG",
        phone: "+49 30 23125 ###",
    },
    Culture {
        team: "North",
        country: "United Kingdom",
        currency: "GBP",
        given: "Harriet Callum Imogen Rhys Siobhán Alasdair Bronwen Kit Nadia Gareth Winifred Tariq",
        family: "Ashcombe Penhallow Thorne-Whitley Llewelyn-Pryce MacAllister Oakshott Hartnell Breckon O’Dowd Fairweather",
        family_first: false,
        joint: " ",
        towns: "Leeds:LS1_4AP Truro:TR1_2EU Dundee:DD1_3JA Cardiff:CF10_1EP",
        trades: "Dairies:0 Water:1 Cold_Stores:2 Laboratories:3 Coatings:4 Pumps:5",
        forms: "Ltd plc",
        phone: "+44 20 7946 0###",
    },
    Culture {
        team: "North",
        country: "Poland",
        currency: "PLN",
        given: "Małgorzata Łukasz Żaneta Wojciech Świętosława Grzegorz Bożena Michał Agnieszka Zdzisław",
        family: "Wiśnicki Zachariasz Dąbrowiecki Szczepaniec Górniak Śliwowski Chrząszcz Lędzki Kołodziejak",
        family_first: false,
        joint: " ",
        towns: "Łódź:90-001 Gdynia:81-301 Rzeszów:35-002",
        trades: "Mleczarnia:0 Wodociągi:1 Chłodnia:2 Sady:7",
        forms: "sp._z_o.o. S.A.",
        phone: "+48 00 000 ## ##",
    },
    Culture {
        team: "North",
        country: "Ukraine",
        currency: "EUR",
        given: "Оксана=oksana Тарас=taras Богдана=bohdana Остап=ostap Соломія=solomiia Юрій=yurii Леся=lesia Мирослав=myroslav",
        family: "Гончаренко=honcharenko Бондарчук=bondarchuk Мельничук=melnychuk Зозуля=zozulia Кобзар=kobzar Тимченко=tymchenko",
        family_first: false,
        joint: " ",
        towns: "Львів:79000 Одеса:65000",
        trades: "Молоко=moloko:0 Елеватор=elevator:7 Вода=voda:1",
        forms: "^ТОВ ^ПП",
        phone: "+380 00 000 ## ##",
    },
    Culture {
        team: "South",
        country: "Italy",
        currency: "EUR",
        given: "Ginevra Tommaso Niccolò Beatrice Raffaele Fiorella Ettore Mariasole Corrado Ludovica",
        family: "Bellandi Scarpinato Dell’Acqua Montefusco Frassineti Quaglia Zampieri Lo_Presti Cantarelli",
        family_first: false,
        joint: " ",
        towns: "Parma:43121 Bari:70121 Udine:33100",
        trades: "Caseificio:0 Acque:1 Frigoriferi:2 Vivai:7 Chimica:4",
        forms: "S.r.l. S.p.A.",
        phone: "+39 000 ### ####",
    },
    Culture {
        team: "South",
        country: "France",
        currency: "EUR",
        given: "Élodie Gaëtan Maëlle Anaïs Théophile Noémie Cédric Hélène Loïc Françoise Aurélien",
        family: "Beauchêne Le_Goff-Martel Castelnau Faugère Roucoulet Dubreuil d’Aubigny Périgot Vaillancourt Lacaze",
        family_first: false,
        joint: " ",
        towns: "Nantes:44000 Béziers:34500 Besançon:25000",
        trades: "Laiterie:0 Eaux:1 Froid:2 Pharma:3 Vergers:7",
        forms: "SAS SARL SA",
        phone: "+33 1 99 00 ## ##",
    },
    Culture {
        team: "South",
        country: "Spain",
        currency: "EUR",
        given: "Íñigo Nuria Begoña Álvaro Leocadia Joaquín Ainhoa Ramón Inés Fermín",
        family: "Echevarría Montalbán Ibáñez_Cuadrado Peñarrubia Zubizarra Quintanilla Alcántara Núñez_de_Arce",
        family_first: false,
        joint: " ",
        towns: "Zaragoza:50001 Málaga:29001 Vigo:36201",
        trades: "Conservas:0 Aguas:1 Frigoríficos:2 Cerámicas:5 Cítricos:7",
        forms: "S.L. S.A.",
        phone: "+34 000 ## ## ##",
    },
    Culture {
        team: "South",
        country: "Greece",
        currency: "EUR",
        given: "Δήμητρα=dimitra Νικηφόρος=nikiforos Ελπίδα=elpida Σταύρος=stavros Φωτεινή=foteini Λεωνίδας=leonidas",
        family: "Παπαζήσης=papazisis Κοντογιάννη=kontogianni Βλαχάκης=vlachakis Θαλασσινός=thalassinos Μελισσάρης=melissaris",
        family_first: false,
        joint: " ",
        towns: "Θεσσαλονίκη:546_24 Πάτρα:262_21",
        trades: "Γαλακτοκομική=galaktokomiki:0 Ψυκτική=psyktiki:2 Ελαιουργία=elaiourgia:7",
        forms: "Α.Ε. Ε.Π.Ε.",
        phone: "+30 000 ### ####",
    },
    Culture {
        team: "South",
        country: "United Arab Emirates",
        currency: "USD",
        given: "ليلى=layla عبدالله=abdullah نورة=noura خالد=khalid مريم=maryam سلطان=sultan هند=hind راشد=rashid",
        family: "النخلاوي=alnakhlawi الريماني=alrimani البستكي=albastaki الزعفراني=alzaafarani الشاطري=alshatri",
        family_first: false,
        joint: " ",
        towns: "دبي:00000 الشارقة:00000",
        trades: "للأغذية=foods:0 للتبريد=cooling:2 للمياه=water:1 الطبية=medical:3",
        forms: "^شركة ^مؤسسة",
        phone: "+971 0 000 ####",
    },
    Culture {
        team: "South",
        country: "Israel",
        currency: "EUR",
        given: "נועה=noa איתמר=itamar שירה=shira גלעד=gilad תמר=tamar אביגיל=avigail",
        family: "בן־שחר=benshachar אלמגור=almagor הררי=harari כרמלי=carmeli דגן=dagan",
        family_first: false,
        joint: " ",
        towns: "חיפה:3100000 אשדוד:7700000",
        trades: "מזון=mazon:0 השקיה=hashkaya:7 מים=mayim:1",
        forms: "בע״מ",
        phone: "+972 0 000 ####",
    },
    Culture {
        team: "Asia Pacific",
        country: "Japan",
        currency: "JPY",
        given: "陽菜=haruna 健太=kenta 美咲=misaki 蓮=ren 桜子=sakurako 大輔=daisuke 千尋=chihiro 拓海=takumi",
        family: "小野寺=onodera 霧島=kirishima 五十嵐=igarashi 水原=mizuhara 北見=kitami 長谷部=hasebe 早乙女=saotome",
        family_first: true,
        joint: " ",
        towns: "札幌市:060-0000 金沢市:920-0000 神戸市:650-0000",
        trades: "水産=suisan:0 冷蔵=reizo:2 製薬=seiyaku:3 精機=seiki:5",
        forms: "株式会社 ^株式会社",
        phone: "+81 3 0000 ####",
    },
    Culture {
        team: "Asia Pacific",
        country: "China",
        currency: "USD",
        given: "思远=siyuan 雨桐=yutong 建国=jianguo 晓梅=xiaomei 子涵=zihan 志强=zhiqiang 丽娜=lina",
        family: "欧阳=ouyang 林=lin 沈=shen 邓=deng 诸葛=zhuge 顾=gu 萧=xiao",
        family_first: true,
        joint: "",
        towns: "苏州市:215000 青岛市:266000",
        trades: "乳业=ruye:0 冷链=lenglian:2 水务=shuiwu:1 化工=huagong:4",
        forms: "有限公司 股份有限公司",
        phone: "+86 000 0000 ####",
    },
    Culture {
        team: "Asia Pacific",
        country: "South Korea",
        currency: "USD",
        given: "서연=seoyeon 민준=minjun 지우=jiwoo 하은=haeun 도윤=doyun 은경=eunkyung",
        family: "남궁=namgung 한=han 선우=sunwoo 유=yoo 채=chae 구=koo",
        family_first: true,
        joint: "",
        towns: "부산:48000 대전:34000",
        trades: "식품=food:0 냉동=naengdong:2 바이오=bio:3",
        forms: "주식회사 ^(주)",
        phone: "+82 2 000 ####",
    },
    Culture {
        team: "Asia Pacific",
        country: "India",
        currency: "INR",
        given: "अनन्या=ananya Priyanka Arvind रोहित=rohit Lakshmi Harpreet मीरा=meera Devendra",
        family: "Venkataraghavan शर्मा=sharma Bhattacharjee Kulkarni त्रिपाठी=tripathi Subramanian Chowdhary",
        family_first: false,
        joint: " ",
        towns: "Pune:411001 Kochi:682001 Indore:452001",
        trades: "Dairy:0 Cold_Chain:2 Agro:7 Pharma:3 Valves:5",
        forms: "Pvt._Ltd. Ltd.",
        phone: "+91 00000 0####",
    },
    Culture {
        team: "Asia Pacific",
        country: "Thailand",
        currency: "USD",
        given: "พิมพ์ชนก=pimchanok ธนากร=thanakorn อรทัย=orathai ณัฐวุฒิ=nattawut กมลวรรณ=kamonwan",
        family: "แสงตะวัน=saengtawan บุญประเสริฐ=boonprasert ศรีทองคำ=srithongkham วัฒนากุล=wattanakul",
        family_first: false,
        joint: " ",
        towns: "เชียงใหม่:50000 ภูเก็ต:83000",
        trades: "อาหารทะเล=seafood:0 ห้องเย็น=hongyen:2 ฟาร์ม=farm:7",
        forms: "^บริษัท",
        phone: "+66 0 000 ####",
    },
    Culture {
        team: "Americas",
        country: "United States",
        currency: "USD",
        given: "Dakota Marisol Beckett Shauna Terrence Guadalupe Winston Brielle DeShawn Ximena Carter Rosalind Paulo Thaís",
        family: "Kettleborough Ramírez-Stone Whitcombe Delacroix Okonkwo Fitzroy Bergstrom Nakagawa Tall_Bear Vandermolen",
        family_first: false,
        joint: " ",
        towns: "Duluth:55802 Boise:83702 Chattanooga:37402 Fresno:93721",
        trades: "Creamery:0 Water:1 Cold_Storage:2 Labs:3 Coatings:4 Growers:7 County:6",
        forms: "Inc. LLC Corp.",
        phone: "+1 202 555 01##",
    },
];

/// A word and its Latin form.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub shown: String,
    pub latin: String,
}

/// The words of a list.
pub(super) fn words(list: &str) -> Vec<Word> {
    list.split(' ')
        .map(|entry| {
            let (shown, latin) = entry.split_once('=').unwrap_or((entry, entry));
            Word { shown: shown.replace('_', " "), latin: latin.replace('_', " ") }
        })
        .collect()
}

/// The pairs `text:rest` of a list.
pub(super) fn pairs(list: &str) -> Vec<(Word, String)> {
    list.split(' ')
        .filter_map(|entry| {
            let (text, rest) = entry.rsplit_once(':')?;
            Some((words(text).into_iter().next()?, rest.replace('_', " ")))
        })
        .collect()
}
