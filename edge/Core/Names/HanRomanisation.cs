using System.Collections.Frozen;
using System.Text;

namespace EdgeCheckpoint.Names;

/// <summary>
/// Writes the characters that Chinese names are mostly made of in Pinyin, simplified and traditional ones alike; a family name's
/// reading where a character has several. Written down by hand. Japanese names read otherwise and find nothing here.
/// </summary>
internal static class HanRomanisation
{
    private static readonly FrozenDictionary<char, string> Syllables = Build(
        "AI 艾爱愛|AN 安|AO 敖奥奧|BA 巴|BAI 白百柏|BAN 班|BANG 邦|BAO 包宝寶保鲍鮑|BEI 贝貝北蓓|BEN 本|BI 毕畢碧必|BIAN 卞边邊|BIAO 彪标標|"
        + "BIN 斌彬宾賓滨濱|BING 冰兵炳丙秉|BO 博波伯薄|BU 卜步|CAI 蔡才财財彩|CANG 苍蒼仓倉|CAO 曹操草|CEN 岑|CHAI 柴|CHAN 产|CHANG 常昌长長畅暢|"
        + "CHAO 超朝潮晁|CHE 车車|CHEN 陈陳晨辰臣沉|CHENG 成程诚誠承城澄呈丞|CHI 池驰馳迟遲赤|CHONG 崇冲沖|CHOU 仇|CHU 楚储儲褚初|CHUAN 川传傳|"
        + "CHUANG 创創|CHUN 春纯純淳|CONG 丛叢聪聰从從|CUI 崔翠|DA 达達大|DAI 戴代岱|DAN 丹旦|DANG 党黨|DAO 道|DE 德|DENG 邓鄧登|DI 迪狄地弟|"
        + "DIAN 典殿|DING 丁定鼎|DONG 董东東冬栋棟|DOU 窦竇|DU 杜度都|DUAN 段端|DUO 多|EN 恩|ER 尔爾二|FA 发發法|FAN 范樊凡帆繁|FANG 方房芳放|"
        + "FEI 费費飞飛菲斐|FEN 芬奋奮|FENG 冯馮封凤鳳峰锋鋒丰豐风風枫楓|FU 傅付福富夫甫伏符|GAN 甘干|GANG 刚剛钢鋼岗|GAO 高郜|GE 葛戈革歌|"
        + "GEN 根|GENG 耿庚|GONG 龚龔宫宮公功恭|GOU 苟|GU 顾顧古谷固|GUAN 关關管官冠|GUANG 光广廣|GUI 桂贵貴归歸|GUO 郭国國果|HAI 海|HAN 韩韓汉漢翰涵寒|"
        + "HANG 杭航|HAO 郝浩豪好昊皓|HE 何贺賀和河赫鹤鶴荷|HENG 恒恆衡亨|HONG 洪红紅宏鸿鴻虹弘|HOU 侯厚后|HU 胡虎湖扈|HUA 华華花|HUAI 怀懷淮|"
        + "HUAN 欢歡环環焕煥|HUANG 黄黃皇煌|HUI 惠慧辉輝会會晖暉卉汇|HUO 霍火|JI 季纪紀吉姬计計继繼济濟基冀极極|JIA 贾賈家佳嘉甲|JIAN 简簡建健剑劍坚堅鉴鑑|"
        + "JIANG 江姜蒋蔣将將疆|JIAO 焦娇嬌|JIE 杰傑洁潔解捷|JIN 金靳晋晉进進锦錦瑾津|JING 景荆荊静靜京晶敬经經菁井|JIONG 炯|JIU 久九|"
        + "JU 鞠菊巨居举舉|JUAN 娟|JUE 觉覺|JUN 军軍君俊骏駿钧鈞均|KAI 凯凱开開|KAN 阚闞|KANG 康|KE 柯克可科|KONG 孔空|KUAN 宽寬|KUANG 邝鄺匡|"
        + "KUI 奎魁葵|KUN 坤昆琨|LAI 赖賴来來|LAN 兰蘭岚嵐|LANG 郎朗浪|LAO 劳勞|LE 乐樂|LEI 雷磊蕾|LENG 冷|LI 李黎厉厲力立丽麗利莉礼禮理励勵栗|"
        + "LIAN 连連廉莲蓮|LIANG 梁亮良|LIAO 廖辽遼|LIE 烈|LIN 林琳霖临臨麟|LING 凌玲灵靈岭领領令|LIU 刘劉柳流六|LONG 龙龍隆|LOU 娄婁楼樓|"
        + "LU 陆陸鲁魯卢盧路吕呂禄祿鹿露律旅|LUAN 栾欒|LUN 伦倫|LUO 罗羅骆駱洛|MA 马馬|MAI 麦麥|MAN 满滿曼|MANG 莽|MAO 毛茂|MEI 梅美媚|"
        + "MENG 孟蒙梦夢萌|MI 米|MIAN 勉|MIAO 苗妙|MIN 闵閔敏民|MING 明名鸣鳴铭銘|MO 莫墨|MU 穆木牧慕|NA 那娜|NAN 南楠男|NI 倪|NIAN 年|"
        + "NIE 聂聶|NING 宁寧凝|NIU 牛|NONG 农農|OU 欧歐|PAN 潘盘盤|PANG 庞龐|PEI 裴培沛佩|PENG 彭鹏鵬朋|PING 平萍|PU 蒲浦普朴|QI 齐齊祁戚奇琪启啟其琦旗|"
        + "QIAN 钱錢千谦謙倩乾前|QIANG 强強|QIAO 乔喬桥橋巧|QIN 秦琴勤钦欽|QING 青清庆慶卿晴|QIONG 琼瓊|QIU 邱丘秋裘求|QU 曲屈瞿|QUAN 全权權泉|"
        + "RAN 冉然|RANG 让讓|RAO 饶饒|REN 任仁人|RONG 荣榮容蓉|RU 茹如|RUAN 阮|RUI 瑞睿锐銳|RUN 润潤|RUO 若|SAI 赛賽|SEN 森|SHA 沙|"
        + "SHAN 单單山珊善|SHANG 尚商上|SHAO 邵少绍紹|SHE 佘|SHEN 沈申深慎|SHENG 盛胜勝生圣聖升声聲|SHI 石史施时時世士师師诗詩实實仕|SHOU 寿壽守|"
        + "SHU 舒书書淑树樹|SHUAI 帅帥|SHUANG 双雙爽|SHUN 顺順舜|SI 司思斯四|SONG 宋松颂頌|SU 苏蘇素|SUI 隋|SUN 孙孫|TAI 泰太台|TAN 谭譚谈談坦檀|"
        + "TANG 唐汤湯堂棠|TAO 陶涛濤桃|TENG 滕腾騰|TIAN 田天甜|TIE 铁鐵|TING 婷廷庭亭|TONG 童佟通同彤桐|TU 涂屠图圖|TUAN 团|WAN 万萬婉宛|"
        + "WANG 王汪旺望|WEI 魏韦韋卫衛伟偉威维維微薇为為玮瑋巍|WEN 文温溫闻聞雯|WENG 翁|WO 沃|WU 吴吳武伍邬鄔五午|XI 席习習西希喜熙曦奚|"
        + "XIA 夏霞|XIAN 冼先贤賢显顯仙献獻|XIANG 向项項祥翔湘香相|XIAO 萧蕭肖小晓曉孝笑|XIE 谢謝解协協|XIN 辛新欣心信鑫|XING 邢星兴興幸|"
        + "XIONG 熊雄|XIU 秀修|XU 徐许許旭序|XUAN 宣轩軒玄璇|XUE 薛雪学學|XUN 荀迅勋勳|YA 雅亚亞|YAN 严嚴颜顏闫閆阎閻燕艳豔言岩炎彦彥延妍晏|"
        + "YANG 杨楊阳陽羊洋|YAO 姚尧堯耀瑶瑤|YE 叶葉业業晔曄|YI 易伊毅义義怡宜一艺藝益亦奕|YIN 尹殷银銀印音|YING 应應英莹瑩颖穎映盈|YONG 永勇雍咏詠|"
        + "YOU 尤游友有佑|YU 于余俞虞喻郁玉宇雨语語裕育钰鈺瑜愉渔|YUAN 袁元原源远遠媛园園|YUE 岳越月悦悅|YUN 云雲运運芸允|ZAI 再载載|ZAN 昝赞贊|"
        + "ZANG 臧|ZE 泽澤则則|ZENG 曾增|ZHA 查|ZHAI 翟|ZHAN 詹展占|ZHANG 张張章彰|ZHAO 赵趙兆昭照|ZHE 哲浙|ZHEN 甄真珍振震镇鎮贞貞|"
        + "ZHENG 郑鄭正政征峥|ZHI 志智治芝之植致知直|ZHONG 钟鐘鍾中忠仲|ZHOU 周洲舟|ZHU 朱祝竹珠柱|ZHUANG 庄莊壮壯|ZHUO 卓|ZI 子紫梓自|"
        + "ZONG 宗|ZOU 邹鄒|ZU 祖|ZUO 左佐作|XUAN 暄|DUN 敦|FO 佛|JU 钜|KUAI 蒯|LIANG 谅|PIAO 漂|QI 麒|QUN 群|SHAN 杉|TIAN 添|YAN 衍|YI 逸倚|ZHAN 湛|ZI 兹");

    internal static bool IsHan(char character) => character is >= '\u4E00' and <= '\u9FFF';

    /// <summary>One word a character, the family name first as it is written.</summary>
    /// <returns>Null when a character is not in the table: half a name would contradict the whole one.</returns>
    internal static string? Apply(string text)
    {
        var latin = new StringBuilder(text.Length * 4);
        foreach (var character in text)
        {
            if (!IsHan(character))
                latin.Append(character);
            else if (Syllables.TryGetValue(character, out var syllable))
                latin.Append(' ').Append(syllable).Append(' ');
            else
                return null;
        }

        return latin.ToString();
    }

    private static FrozenDictionary<char, string> Build(string table)
    {
        var syllables = new Dictionary<char, string>();
        foreach (var row in table.Split('|'))
        {
            var blank = row.IndexOf(' ');
            foreach (var character in row.AsSpan(blank + 1))
                syllables.TryAdd(character, row[..blank]);
        }

        return syllables.ToFrozenDictionary();
    }
}
